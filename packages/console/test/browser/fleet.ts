import { every, Supervisor } from '@runwell/core'
import { MemoryFleet } from '@runwell/core/testing'
import type { Browser } from 'playwright-core'
import { type Checks, expect } from './checks.ts'
import { newTab } from './tab.ts'
import { tooWide, withoutFaults } from './views.ts'
import { World } from './world.ts'

/** The supervisor of `world` has the newer version. */
async function fleetWorld(): Promise<{ world: World; fleet: MemoryFleet; other: Supervisor }> {
  const fleet = new MemoryFleet()
  const world = new World({ fleet: fleet.member({ version: '2.10' }) })
  const other = new Supervisor({
    clock: world.clock,
    fleet: fleet.member({ version: '2.9' }),
    observers: [],
    name: 'shop',
  })
  for (const [supervisor, schedule] of [
    [other, '30s'],
    [world.supervisor, '20s'],
  ] as const) {
    const scope = 'service'
    supervisor.register({ name: 'invoices.send', scope, schedule: every(schedule), run: () => {} })
    supervisor.register({ name: 'reports.build', scope, schedule: every('15s'), run: () => {} })
    supervisor.register({ name: 'cache.warm', schedule: every('10s'), run: () => {} })
    await supervisor.start()
    await world.clock.advance('1s')
  }
  await world.clock.advance('2m')
  return { world, fleet, other }
}

export async function lookAtFleet(browser: Browser, checks: Checks): Promise<void> {
  const { world, fleet, other } = await fleetWorld()
  const url = await world.listen()
  const tab = await newTab(browser)
  const { page } = tab
  const row = (name: string) => page.locator('.table tbody tr', { hasText: name })

  await checks.check(
    'the table says in which process each task ran last, and where definitions differ',
    async () => {
      await tab.open(url, '#/tasks')
      await row('invoices.send').locator('.cell-where').getByText('here', { exact: true }).waitFor()
      await row('invoices.send').getByText('definitions differ').waitFor()
      await row('reports.build').getByText('2 processes').waitFor()
      await row('cache.warm').getByText('here only').waitFor()
      return undefined
    },
  )
  await checks.check('the page of a task lists its processes, with version and schedule', async () => {
    await tab.open(url, '#/task/invoices.send')
    const [here, there] = [world.supervisor.instanceId, other.instanceId].map((id) =>
      page.locator('.members li', { hasText: id }),
    )
    await here?.getByText('(this one)').waitFor()
    await here?.getByText('version 2.10').waitFor()
    await here?.getByText('every 20s').waitFor()
    await there?.getByText('version 2.9').waitFor()
    await there?.getByText('older definition, not run there').waitFor()
    await page.getByText('It does not run in processes with an older definition').waitFor()
    await page.getByText('Last run in this process').waitFor()
    return undefined
  })
  await checks.check('each part that knows only the runs of this process says so', async () => {
    await world.supervisor.task('invoices.send')?.trigger()
    await tab.open(url, '#/task/invoices.send')
    for (const name of ['What changed', 'Since the start', 'Last runs'])
      await page.getByRole('heading', { name: `${name} in this process` }).waitFor()
    await page.getByText('Last good run in this process: ').waitFor()
    const notes = {
      '#/timeline': 'Of shared tasks, only the runs of this process are shown.',
      '#/tasks': 'The last runs, numbers and errors of shared tasks count only this process.',
    }
    for (const [hash, note] of Object.entries(notes)) {
      await tab.open(url, hash)
      await page.getByText(note).waitFor()
    }
    await tab.open(url, '#/task/cache.warm')
    await page.getByRole('heading', { name: 'Since the start', exact: true }).waitFor()
    await page.getByText('Last good run: ').waitFor()
    return undefined
  })
  await checks.check('a run in the other process is shown, although it causes no event here', async () => {
    await tab.open(url, '#/tasks')
    const task = world.supervisor.task('reports.build')
    for (let slots = 0; slots < 40 && task?.fleet?.lastRun?.instanceId !== other.instanceId; slots += 1)
      await world.clock.advance('15s')
    await row('reports.build').locator('.cell-where').getByText(other.instanceId).waitFor()
    return undefined
  })
  await checks.check('a fleet that is down: the overview and the task say so, and why, at once', async () => {
    await tab.open(url, '#/tasks')
    fleet.storeDown(new Error('connect ECONNREFUSED 10.0.0.7:6379'))
    const text =
      "The memory fleet can't be used: connect ECONNREFUSED 10.0.0.7:6379. The slots of 2 shared tasks wait"
    await page.getByText(text).waitFor()
    await row('invoices.send').getByText('fleet not usable').waitFor()
    await tab.open(url, '#/task/invoices.send')
    await page.locator('[aria-labelledby=fleet]').getByText('connect ECONNREFUSED 10.0.0.7:6379').waitFor()
    fleet.storeUp()
    await page.getByText('Which process runs it is decided by the memory fleet').waitFor({ timeout: 30_000 })
    return undefined
  })
  await withoutFaults(checks, 'violations with a fleet', tab)
  const small = await newTab(browser, { viewport: { width: 380, height: 760 } })
  await checks.check('a shared task at 380 px', async () => {
    for (const hash of ['#/tasks', '#/task/invoices.send']) {
      await small.open(url, hash)
      const wide = await small.page.evaluate(tooWide)
      expect(wide.length === 0, `${hash}: wider than the window: ${wide.join(', ')}`)
    }
    return undefined
  })
  await withoutFaults(checks, 'violations with a fleet at 380 px', small)
  await world.close()
}
