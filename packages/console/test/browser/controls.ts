import { every, manual } from '@runwell/core'
import type { Browser } from 'playwright-core'
import { type Checks, expect } from './checks.ts'
import { newTab, type Tab } from './tab.ts'
import { withoutFaults } from './views.ts'
import { World } from './world.ts'

export async function useControls(browser: Browser, checks: Checks): Promise<void> {
  const world = new World()
  const inputs: unknown[] = []
  const { supervisor } = world
  const record = ({ input }: { input: unknown }): void => {
    inputs.push(input)
  }
  supervisor.register({ name: 'mail.send', schedule: manual(), run: record })
  supervisor.register({ name: 'feeds.poll', schedule: every('30s'), run: () => {} })
  await supervisor.start()
  await world.clock.advance('5m')
  const url = await world.listen()
  const tab = await newTab(browser)
  const { page } = tab

  await checks.check('control: run now with an input', async () => {
    await tab.open(url, '#/task/mail.send')
    await perform(
      tab,
      'Run now',
      { 'Input as JSON': '{"to":"anna@example.com"}', Reason: 'resend' },
      'succeeded',
    )
    expect(JSON.stringify(inputs) === '[{"to":"anna@example.com"}]', JSON.stringify(inputs))
    return JSON.stringify(inputs[0])
  })
  await checks.check('control: an input that is not JSON is refused', async () => {
    await page.getByRole('button', { name: 'Run now' }).click()
    await page.getByLabel('Input as JSON').fill('{to')
    await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click()
    await page.getByText('The input is not JSON.').waitFor()
    await page.getByLabel('Input as JSON').fill('{"to":1}')
    expect(
      await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).isEnabled(),
      'after a correction the button must work again',
    )
    await page.getByRole('button', { name: 'Cancel' }).click()
    return undefined
  })
  await checks.check('control: pause with a reason, then resume', async () => {
    await tab.open(url, '#/task/feeds.poll')
    await perform(tab, 'Pause', { Reason: 'the feed is moved' }, 'paused')
    await page.getByText('anna paused it (the feed is moved)').first().waitFor()
    expect(supervisor.task('feeds.poll')?.paused === true, 'it is not paused')
    await perform(tab, 'Resume', {}, 'resumed')
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
    return undefined
  })
  await checks.check('control: a new schedule', async () => {
    await perform(tab, 'Change schedule', { Every: '10s', Reason: 'catch up' }, 'now every 10s')
    await page.getByText('anna rescheduled it (catch up)').first().waitFor()
    return supervisor.task('feeds.poll')?.info.schedule.text
  })
  await checks.check('control: a wrong schedule is refused with the reason', async () => {
    await perform(tab, 'Change schedule', { 'or cron': '61 * * * *' }, '61', 'refused')
    return undefined
  })
  await checks.check('control: restart', async () => {
    await perform(tab, 'Restart', { Reason: 'stale connection' }, /restart|refused/)
    return undefined
  })
  await checks.check('control: abort, then unregister', async () => {
    supervisor.register({ name: 'import.old', schedule: manual(), run: ({ sleep }) => sleep('1h') })
    void supervisor.task('import.old')?.trigger()
    await world.clock.advance(0)
    await tab.open(url, '#/task/import.old')
    await perform(tab, 'Abort', { Reason: 'wrong file' }, 'asked 1 run to end')
    await perform(tab, 'Unregister', { Reason: 'not used any more' }, 'unregistered')
    await page.getByText('There is no task named import.old').waitFor()
    expect(supervisor.task('import.old') === undefined, 'it is still registered')
    return undefined
  })
  await checks.check('control: a pause that ends by itself', async () => {
    await tab.open(url, '#/task/feeds.poll')
    await perform(tab, 'Pause', { For: '1m' }, /paused until/)
    await world.clock.advance('61s')
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
    expect(supervisor.task('feeds.poll')?.paused === false, 'it is still paused')
    return undefined
  })
  await checks.check('keyboard only: from the overview to a paused task', () => byKeyboard(tab, world))
  await checks.check('the audit has who, what, why and the result', async () => {
    await tab.open(url, '#/audit')
    const rows = await page.locator('tbody tr').allInnerTexts()
    const words = rows.map((row) => row.split('\t').slice(1).join(' | '))
    for (const row of [
      'anna | pause | feeds.poll | paused | the feed is moved',
      'anna | reschedule | feeds.poll | now every 10s | catch up',
      'anna | trigger | mail.send | started | resend',
      'anna | pause | mail.send | paused | by keyboard',
      'anna | unregister | import.old | unregistered | not used any more',
    ]) {
      expect(words.includes(row), `${row} is not in ${words.join('; ')}`)
    }
    return `${rows.length} entries`
  })
  await withoutFaults(checks, 'violations while controls are used', tab)
  await world.close()
  await useName(browser, checks)
}

async function useName(browser: Browser, checks: Checks): Promise<void> {
  const world = new World({}, { authorize: undefined })
  const task = world.supervisor.register({ name: 'feeds.poll', schedule: every('30s'), run: () => {} })
  await world.supervisor.start()
  const url = await world.listen()
  const tab = await newTab(browser)
  const { page } = tab
  await checks.check('control: a name, which the audit shows and the browser keeps', async () => {
    await tab.open(url)
    await page.getByRole('link', { name: 'feeds.poll' }).first().click()
    await perform(tab, 'Pause', { Reason: 'OPS-1234', 'Your name': 'grace' }, 'paused')
    expect(task.pausedBy === 'grace (token)', `paused by ${task.pausedBy}`)
    await page.getByText('It has been paused').filter({ hasText: 'by grace (token): OPS-1234' }).waitFor()
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    const kept = await page.getByLabel('Your name').inputValue()
    expect(kept === 'grace', `the name field has ${kept}`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    return task.pausedBy
  })
  await checks.check('a paused task is found by its state and by its reason', async () => {
    for (const query of ['state=paused', 'search=paused', 'search=OPS-1234', 'search=grace']) {
      await page.evaluate((hash) => {
        location.hash = hash
      }, `#/tasks?${query}`)
      await page.getByText('1 of 1').waitFor()
    }
    return undefined
  })
  await withoutFaults(checks, 'violations while a name is given', tab)
  await world.close()
}

async function perform(
  { page }: Tab,
  name: string,
  fields: Readonly<Record<string, string>>,
  answer: string | RegExp,
  end: 'done' | 'refused' = 'done',
): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
  const dialog = page.getByRole('dialog')
  for (const [label, text] of Object.entries(fields)) await dialog.getByLabel(label).fill(text)
  await dialog.getByRole('button', { name, exact: true }).click()
  const told = end === 'done' ? page.locator('.done') : dialog.locator('.answers')
  await told
    .getByText(answer)
    .or(told.filter({ hasText: answer }))
    .first()
    .waitFor({ timeout: 30_000 })
  // After a refusal the dialog stays open, so that the fields can be corrected.
  if (end === 'refused') await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
}

async function byKeyboard(tab: Tab, { url, supervisor }: World): Promise<string> {
  const { page } = tab
  await tab.open(url, '#/tasks')
  const focused = (): Promise<string> =>
    page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
  const tabTo = async (text: string): Promise<number> => {
    for (let presses = 1; presses <= 60; presses += 1) {
      await page.keyboard.press('Tab')
      if ((await focused()) === text) return presses
    }
    throw new Error(`${text} is not reached by Tab`)
  }
  await page.keyboard.press('Tab')
  expect((await focused()) === 'Skip to the content', `the first stop is ${await focused()}`)
  await page.keyboard.press('Enter')
  const toTask = await tabTo('mail.send')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'mail.send' }).waitFor()
  const toPause = await tabTo('Pause')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  expect(
    await page.evaluate(() => document.activeElement?.closest('dialog') !== null),
    'the dialog has not taken the focus',
  )
  await page.keyboard.type('by keyboard')
  await page.keyboard.press('Enter')
  await page.locator('.done').filter({ hasText: 'paused' }).waitFor()
  expect(supervisor.task('mail.send')?.paused === true, 'it is not paused')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  return `${toTask} and ${toPause} presses of Tab`
}
