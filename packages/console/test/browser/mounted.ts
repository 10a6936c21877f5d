import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { manual } from '@runwell/core'
import type { Browser } from 'playwright-core'
import { type Checks, expect } from './checks.ts'
import { newTab } from './tab.ts'
import { withoutFaults } from './views.ts'
import { World } from './world.ts'

/** The page of a console in a server of the user, while the process stops. */
export async function stopMounted(browser: Browser, checks: Checks): Promise<void> {
  const world = new World()
  const task = world.supervisor.register({ name: 'mail.send', schedule: manual(), run: () => {} })
  await world.supervisor.start()
  const server = createServer(world.console.node).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const tab = await newTab(browser, {}, /ERR_CONNECTION_REFUSED/)
  const { page } = tab
  await tab.open(`http://127.0.0.1:${port}/ops/`)
  let stopping: Promise<unknown> | undefined
  await checks.check('during drainDelay, the page shows how the stop goes on', async () => {
    await page.getByText('mail.send').first().waitFor()
    stopping = world.supervisor.stop({ drainDelay: '1h', deadline: '2h' })
    await page.locator('.process').getByText('draining').waitFor({ timeout: 5_000 })
    await page.waitForTimeout(3_000)
    task.pause('a reason')
    await page.locator('main').getByText('paused').first().waitFor({ timeout: 5_000 })
    expect((await page.locator('.connection').count()) === 0, 'the page says that the connection is lost')
    return undefined
  })
  await checks.check('the server closes although the page is open, and the page says so', async () => {
    const closed = new Promise((resolve) => server.close(() => resolve('closed')))
    const ended = await Promise.race([closed, page.waitForTimeout(4_000)])
    expect(ended === 'closed', 'the server has not closed')
    await page.getByText('The connection is lost.').waitFor({ timeout: 5_000 })
    return undefined
  })
  await withoutFaults(checks, 'violations during a stop', tab)
  await world.clock.advance('1h')
  await stopping
  await world.close()
}
