import { every } from '@runwell/core'
import type { Browser } from 'playwright-core'
import { actions } from '../../src/api/types.ts'
import type { SignedIn } from '../../src/index.ts'
import { type Checks, expect } from './checks.ts'
import { newTab, type Tab } from './tab.ts'
import { withoutFaults } from './views.ts'
import { World } from './world.ts'

/** The path that each view reads, and words that the view shows after the answer. */
const reads: Readonly<Record<string, readonly [path: string, words: string]>> = {
  '#/timeline': ['timeline', 'mail.send'],
  '#/next': ['next', 'Will it run?'],
  '#/events': ['events/kept', 'Copy as JSON lines'],
  '#/loop': ['blocks', 'Nothing has blocked the event loop'],
  '#/stop': ['stop-plan', 'If the process stopped now'],
  '#/audit': ['audit', 'No one has controlled a task'],
  '#/task/mail.send': ['tasks/mail.send', 'Last good run'],
}

/** What a server or a proxy answers, and what the page says then. */
const answers: readonly (readonly [status: number, type: string, body: string, text: string])[] = [
  [500, 'application/json', '{"error":"It broke."}', 'It broke.'],
  [502, 'text/html', '<h1>Bad gateway</h1>', 'The answer, with status 502, is not from the console.'],
  [200, 'text/html', '<form>Sign in</form>', 'The answer, with status 200, is not from the console.'],
  [503, 'application/json', '{"message":"busy"}', 'The answer, with status 503, is not from the console.'],
]

const timelinePath = /\/api\/v1\/timeline\?/

export async function meetRefusals(browser: Browser, checks: Checks): Promise<void> {
  let mayRead = true
  const authorize = (): SignedIn | false => mayRead && { user: 'anna', can: actions }
  const world = new World({}, { authorize })
  world.supervisor.register({ name: 'mail.send', schedule: every('10s'), run: () => {} })
  await world.supervisor.start()
  await world.clock.advance('2m')
  const url = await world.listen()
  const tab = await newTab(browser, {}, /status of (400|403|500|502|503)|ERR_FAILED/)
  const { page } = tab

  await checks.check('a wrong value in the address: the view says what it must be', async () => {
    await tab.open(url, '#/timeline?last=foo')
    await refusal(tab, 'last must be a duration such as 1h or 90m. Choose another value')
    await page.getByLabel('Time range').selectOption('1h')
    await page.locator('.lane').waitFor()
    await tab.open(url, '#/events?level=foo')
    await refusal(tab, 'level must be one of debug, info, warn, error. Choose another value')
    return undefined
  })
  for (const [hash, [path, words]] of Object.entries(reads)) {
    await checks.check(`${hash} says why it has no answer, and shows the answer of another try`, async () => {
      for (const [status, contentType, body, text] of answers) {
        const address = new RegExp(`/api/v1/${path}(\\?|$)`)
        await page.route(address, (route) => route.fulfill({ status, contentType, body }))
        // The stream would send the details of the task even so.
        await page.route(/\/api\/v1\/events\?/, (route) => route.abort())
        await page.goto('about:blank')
        await page.goto(`${url}${hash}`)
        await refusal(tab, text)
        const again = page.getByRole('button', { name: 'Try again' })
        // After an error that may pass, a view reads again by itself, so the button may be gone.
        const mayPass = status >= 500 && !hash.startsWith('#/task/')
        await again.waitFor()
        await page.unrouteAll()
        if (!mayPass) await again.click()
        await page.locator('.refusal').waitFor({ state: 'detached' })
        await page.getByText(words).first().waitFor()
      }
      return `${answers.length} refusals`
    })
  }
  await checks.check(
    'a view keeps its last answer during an error that may pass, and reads again',
    async () => {
      await tab.open(url, '#/timeline')
      await page.locator('.lane').waitFor()
      const askedAt: number[] = []
      await page.route(timelinePath, (route) => {
        askedAt.push(Date.now())
        return askedAt.length === 2 ? route.abort() : route.fulfill({ status: 502, body: 'Bad gateway' })
      })
      await world.clock.advance('10s')
      const deadline = Date.now() + 20_000
      while (askedAt.length < 3 && Date.now() < deadline) await page.waitForTimeout(100)
      await page.waitForTimeout(300)
      const [first = 0, second = 0, third = 0] = askedAt
      const waits = `${second - first} ms, ${third - second} ms`
      // A wait of 1 s, and one of 2 s.
      expect(second - first >= 900 && third - second >= 1_900, `the waits do not grow: ${waits}`)
      expect((await page.locator('.refusal').count()) === 0, 'the view shows the error')
      expect((await page.locator('.lane').count()) === 1, 'the view has lost its last answer')
      await page.unroute(timelinePath)
      const answer = await page.waitForResponse(timelinePath, { timeout: 12_000 })
      expect(answer.status() === 200, `the view got ${answer.status()}`)
      await page.route(timelinePath, (route) => route.fulfill({ status: 502, body: 'Bad gateway' }))
      await page.getByLabel('Time range').selectOption('1h')
      // The last answer is one for another range.
      await refusal(tab, 'The answer, with status 502, is not from the console.')
      await page.unrouteAll()
      await page.locator('.lane').waitFor()
      return waits
    },
  )
  await checks.check('without a connection, a view does not show the answer for another range', async () => {
    await tab.open(url, '#/timeline')
    await page.locator('.lane').waitFor()
    await page.route(timelinePath, (route) => route.abort())
    await page.getByLabel('Time range').selectOption('1h')
    await page.locator('.loading').waitFor({ timeout: 10_000 })
    expect((await page.locator('.lane').count()) === 0, 'the view shows its last answer')
    await page.unrouteAll()
    await page.locator('.lane').waitFor()
    return undefined
  })
  await checks.check('a view reads once while no task changes', async () => {
    await tab.open(url, '#/tasks')
    let reads = 0
    await page.route(timelinePath, (route) => {
      reads += 1
      return route.continue()
    })
    await page.getByRole('link', { name: 'Timeline' }).click()
    await page.locator('.lane').waitFor()
    await page.waitForTimeout(3_000)
    expect(reads === 1, `the view has read ${reads} times`)
    await page.unrouteAll()
    return undefined
  })
  await checks.check('after a sign-in has expired, a view says so instead of its last answer', async () => {
    await tab.open(url, '#/timeline')
    await page.locator('.lane').waitFor()
    mayRead = false
    await world.clock.advance('10s')
    await refusal(tab, 'You are not signed in, or may not see this console. Sign in again')
    expect((await page.locator('.lane').count()) === 0, 'the view shows its last answer')
    mayRead = true
    await world.clock.advance('10s')
    await page.locator('.lane').waitFor()
    return undefined
  })
  await withoutFaults(checks, 'violations around refusals', tab)
  await world.close()
}

async function refusal({ page }: Tab, text: string): Promise<void> {
  await page.locator('main .refusal[role=alert]').getByText(text).waitFor({ timeout: 10_000 })
}
