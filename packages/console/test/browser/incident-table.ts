import type { Browser } from 'playwright-core'
import { type Checks, expect } from './checks.ts'
import { type Incident, incidents } from './incidents.ts'
import { newTab, type Tab } from './tab.ts'
import { withoutFaults } from './views.ts'

export async function playIncidents(browser: Browser, checks: Checks): Promise<void> {
  const tab = await newTab(browser)
  const rows: string[] = []
  for (const incident of incidents) {
    await checks.check(`incident: ${incident.name}`, async () => {
      const said = await play(tab, incident)
      const where = incident.task === undefined ? 'overview' : 'page of the task'
      rows.push(`| ${incident.name} | ${where} | ${said.join('; ')} |`)
      return said.join('; ')
    })
  }
  await withoutFaults(checks, 'violations on the pages of incidents', tab)
  console.log(
    ['', '| incident | where | what the first screen says |', '|---|---|---|', ...rows, ''].join('\n'),
  )
}

async function play(tab: Tab, { task, says, inject }: Incident): Promise<readonly string[]> {
  const world = await inject()
  try {
    const url = world.url === '' ? await world.listen() : world.url
    await tab.open(url, task === undefined ? '#/tasks' : `#/task/${task}`)
    const screen = await tab.firstScreen()
    return says.map((pattern) => {
      const found = pattern.exec(screen)
      expect(found !== null, `${pattern} is not on the first screen: ${screen}`)
      return found[0]
    })
  } finally {
    await tab.page.goto('about:blank')
    await world.close()
  }
}
