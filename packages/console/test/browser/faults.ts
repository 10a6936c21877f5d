import { every, loop, manual, type RunContext } from '@runwell/core'
import type { Browser } from 'playwright-core'
import { type Checks, expect } from './checks.ts'
import { newTab, type Tab } from './tab.ts'
import { tooWide, withoutFaults } from './views.ts'
import { World } from './world.ts'

export async function meetFaults(browser: Browser, checks: Checks): Promise<void> {
  await hostileTexts(browser, checks)
  await unknownLanguage(browser, checks)
  await restartedServer(browser, checks)
  await signIn(browser, checks)
}

const markup = '<img src=x onerror="window.ran=1;alert(1)"><script>window.ran=1</script>'
/** The keys are unusual but allowed names of tasks. The values are the texts of their errors. */
const hostile: Readonly<Record<string, string>> = {
  constructor: markup,
  'a/../b:c': `{{constructor.constructor("window.ran=1")()}} $\{window.ran=1}`,
  'right-to-left': '\u202Egnp.exe \u0627\u0644\u0639\u0631\u0628\u064A\u0629 \u202E',
  [`long-${'x'.repeat(115)}`]: 'x'.repeat(20_000),
  toString: 'one\r\ntwo\u2028three\u0000four',
  link: 'javascript:alert(1)',
}

async function unknownLanguage(browser: Browser, checks: Checks): Promise<void> {
  const world = new World()
  world.supervisor.register({ name: 'mail.poll', schedule: every('10s'), run: () => {} })
  await world.supervisor.start()
  await world.clock.advance('5m')
  const url = await world.listen()
  const tab = await newTab(browser)
  await tab.page.addInitScript({
    content: "Object.defineProperty(navigator, 'language', { value: 'en-US@posix', configurable: true })",
  })
  await checks.check(
    'a browser with a language that `Intl` refuses shows the task with its chart',
    async () => {
      await tab.open(url, '#/task/mail.poll')
      await tab.page.locator('.chart canvas').waitFor()
      expect(tab.faults.length === 0, `the page has faults: ${tab.faults.join(', ')}`)
      return (await tab.page.locator('.runs tbody tr').count()) > 0 ? 'with its runs' : 'without its runs'
    },
  )
  await tab.close()
  await world.close()
}

async function hostileTexts(browser: Browser, checks: Checks): Promise<void> {
  const world = new World({}, { title: markup.slice(0, 100) })
  const { supervisor } = world
  for (const [name, text] of Object.entries(hostile)) {
    const run = ({ beat }: RunContext): never => {
      beat(text)
      throw new Error(text, { cause: new TypeError(text) })
    }
    const label = text.slice(0, 200)
    const texts = { runbook: label, owner: label, category: label }
    supervisor.register({ name, ...texts, schedule: every('10s'), run })
  }
  // It is parked, so its page shows all counters.
  supervisor.register({ name: 'crashes', schedule: loop(), run: () => Promise.reject(new Error('crashed')) })
  await supervisor.start()
  supervisor.task('link')?.pause(markup)
  await world.clock.advance('3m')
  const url = await world.listen()
  const tab = await newTab(browser, { viewport: { width: 380, height: 760 } })
  const names = [...supervisor.tasks()].map(({ name }) => name)
  const pages = [
    ...names.map((name) => `#/task/${encodeURIComponent(name)}`),
    ...['tasks', 'timeline', 'next', 'loop', 'stop', 'audit', 'events'].map((view) => `#/${view}`),
    `#/task/${encodeURIComponent(markup)}`,
    `#/tasks?search=${encodeURIComponent(markup)}`,
  ]
  await checks.check('hostile names and texts stay texts', async () => {
    for (const hash of pages) {
      await tab.open(url, hash)
      if (hash === '#/events') await world.clock.advance('10s')
      const { ran, images } = await tab.page.evaluate(() => ({
        ran: (window as unknown as { ran?: number }).ran,
        images: document.querySelectorAll('img, main script, iframe').length,
      }))
      expect(ran === undefined && images === 0, `${hash} has run a text`)
      const wide = await tab.page.evaluate(tooWide)
      expect(wide.length === 0, `${hash.slice(0, 60)} is wider than the window: ${wide.join(', ')}`)
    }
    return `${pages.length} pages`
  })
  await checks.check('long errors of past runs are short until a person opens them', async () => {
    await tab.open(url, `#/task/long-${'x'.repeat(115)}`)
    const row = tab.page.locator('.runs tbody tr').first()
    const height = async (): Promise<number> => (await row.boundingBox())?.height ?? Number.NaN
    const before = await height()
    expect(before < 300, `a row is ${before} px high`)
    await row.locator('summary').click()
    expect((await height()) > before, 'the row shows no more after a click')
    return `${Math.round(before)} px`
  })
  await checks.check(
    'an address with a name that is not encoded, as in an alert, opens the task',
    async () => {
      await tab.open(url, '#/task/a/../b:c')
      await tab.page.getByRole('heading', { name: 'a/../b:c' }).waitFor()
      await tab.open(url, '#/task/100%')
      await tab.page.getByText('There is no task named 100%').waitFor()
      return 'also with a percent sign'
    },
  )
  await withoutFaults(checks, 'violations with hostile texts', tab)
  await world.close()
}

async function restartedServer(browser: Browser, checks: Checks): Promise<void> {
  const world = new World()
  world.supervisor.register({ name: 'mail.send', schedule: manual(), run: () => {} })
  await world.supervisor.start()
  const url = await world.listen()
  const tab = await newTab(browser, {}, /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE/)
  const { page } = tab
  await checks.check('a restart of the server: the page says so, and recovers by itself', async () => {
    await tab.open(url, '#/tasks')
    await page.getByText('manual').first().waitFor()
    await world.close()
    await page.getByRole('alert').getByText('The connection is lost').waitFor()
    const next = new World()
    next.supervisor.register({ name: 'mail.send', schedule: manual(), run: () => {} })
    next.supervisor.register({ name: 'mail.new', schedule: manual(), run: () => {} })
    await next.supervisor.start()
    await next.listen(Number(new URL(url).port))
    await page.getByText('mail.new').first().waitFor({ timeout: 30_000 })
    await page.getByRole('alert').waitFor({ state: 'detached', timeout: 30_000 })
    await next.supervisor.task('mail.send')?.trigger()
    await page.locator('.cell-runs').getByText('1', { exact: true }).waitFor()
    await page.goto('about:blank')
    await next.close()
    return undefined
  })
  await withoutFaults(checks, 'violations around a restart', tab)
}

const base64 = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ+/8='

async function signIn(browser: Browser, checks: Checks): Promise<void> {
  const world = new World({}, { authorize: undefined, token: base64 })
  world.supervisor.register({ name: 'mail.send', schedule: manual(), run: () => {} })
  const link = await world.listen()
  const tab = await newTab(browser, {}, /status of 401/)
  await checks.check('the printed address signs in, and the token leaves the address bar', async () => {
    await tab.open(link)
    await tab.page.getByText('mail.send').first().waitFor()
    expect(!tab.page.url().includes('token'), `the address is ${tab.page.url()}`)
    return undefined
  })
  await checks.check('without the token the page says how to sign in', () => withoutToken(browser, link))
  await checks.check('a person can enter the token on the page, and it never is in the address', () =>
    enterToken(browser, link),
  )
  await withoutFaults(checks, 'violations while signing in', tab)
  await world.close()
}

async function enterToken(browser: Browser, link: string): Promise<undefined> {
  const { page, faults, close } = await newTab(browser, {}, /status of 401/)
  await page.goto(`${link.replace(/#.*/, '')}#/stop`)
  const field = page.getByLabel('Token')
  const entries = await page.evaluate(() => history.length)
  for (const wrong of ['0123456789abcdef', 'wörong']) {
    await field.fill(wrong)
    await field.press('Enter')
    await page.getByRole('alert').getByText('The token is wrong.').waitFor({ timeout: 5_000 })
  }
  expect((await field.getAttribute('type')) === 'password', 'the page shows the token')
  expect((await field.getAttribute('autocomplete')) === 'current-password', 'password managers ignore it')
  await field.fill(link)
  await field.press('Enter')
  await page.getByText('If the process stopped now').waitFor({ timeout: 5_000 })
  expect((await page.locator('form.sign-in').count()) === 0, 'the page still asks for the token')
  expect(page.url().endsWith('#/stop'), `the address is ${page.url()}`)
  expect((await page.evaluate(() => history.length)) === entries, 'the history has more entries')
  expect(faults.length === 0, faults.join(', '))
  await close()
  return undefined
}

async function withoutToken(browser: Browser, link: string): Promise<string> {
  const stranger: Tab = await newTab(browser, {}, /status of 401/)
  await stranger.page.goto(link.replace(/#.*/, ''))
  const text = await stranger.page.getByRole('alert').textContent()
  await stranger.close()
  expect(/token|sign/i.test(text ?? ''), text ?? 'nothing is said')
  return text ?? ''
}
