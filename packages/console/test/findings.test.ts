import { every, loop, manual, type RunContext } from '@runwell/core'
import { expect, it } from 'vitest'
import type { Snapshot, TaskDetail } from '../src/api/types.ts'
import { type Asked, askable } from './ask.ts'

async function noticesOf({ read }: Asked): Promise<readonly string[]> {
  const { process: view } = await read<Snapshot>('snapshot')
  return view.notices.map(({ text }) => text)
}

async function findingsOf({ read }: Asked, task: string): Promise<readonly string[]> {
  const { findings } = await read<TaskDetail>(`tasks/${task}`)
  return findings.map(({ text }) => text)
}

it('says that nothing runs, and why', async () => {
  const asked = askable()
  asked.supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
  expect(await noticesOf(asked)).toEqual([
    'The supervisor has not started, so no task runs. Call supervisor.start().',
  ])

  await asked.supervisor.start()
  expect(await noticesOf(asked)).toEqual(['No task has a schedule. Each runs only when it is triggered.'])

  asked.supervisor.task('a')?.pause()
  expect(await noticesOf(asked)).toEqual(['Every task is paused. Nothing runs until one is resumed.'])
})

it('names the observers that fail, with their last error', async () => {
  const asked = askable()
  asked.supervisor.register({ name: 'a', schedule: every('1m'), run: () => {} })
  await asked.supervisor.start()
  const onEvent = (): never => {
    throw new Error('disk full')
  }
  asked.supervisor.observe({ name: 'audit-log', onEvent })
  asked.supervisor.task('a')?.pause()

  expect(await noticesOf(asked)).toContain(
    "Observer 'audit-log' has failed once, last with Error: disk full. What it reports is incomplete.",
  )
})

it('passes on the warnings of Runwell in this process, and no others', async () => {
  const asked = askable()
  asked.supervisor.register({ name: 'a', schedule: every('1m'), run: () => {} })
  await asked.supervisor.start()
  for (const name of ['RunwellWarning', 'OtherWarning']) {
    process.emit('warning', Object.assign(new Error(`a ${name}`), { name }))
  }

  expect(await noticesOf(asked)).toEqual(['a RunwellWarning'])
})

it('names the task that blocked the event loop, on the page of a task that missed its slots', async () => {
  const asked = askable()
  const { supervisor, clock } = asked
  supervisor.register({ name: 'poll', schedule: every('1s', { catchUp: '500ms' }), run: () => {} })
  const render = (): void => clock.block('10s')
  supervisor.register({ name: 'render', schedule: every('1m', { first: 'after-period' }), run: render })
  await supervisor.start()
  await clock.advance('90s')

  const [missed] = await findingsOf(asked, 'poll')
  expect(missed).toMatch(
    /^\d+ slots were missed\. The event loop was blocked for .* s, most likely by task 'render'\.$/,
  )
  expect((await noticesOf(asked))[0]).toMatch(/^The event loop was blocked for .* s, most likely by render\./)
})

it('does not say that the process could not act if the host of a task missed its slots', async () => {
  const asked = askable()
  asked.supervisor.external({ name: 'mails', host: 'croner', expects: every('1m'), grace: '10s' })
  await asked.supervisor.start()
  await asked.clock.advance('90s')

  expect(await findingsOf(asked, 'mails')).toContain('1 slot was missed: croner did not run it.')
})

it('says that no run has succeeded since the start, until one does', async () => {
  const asked = askable()
  let isBroken = true
  const run = (): void => {
    if (isBroken) throw new Error('no such column')
  }
  asked.supervisor.register({ name: 'a', schedule: every('1m', { immediate: true }), run })
  await asked.supervisor.start()
  await asked.clock.advance('3m')
  expect(await findingsOf(asked, 'a')).toEqual([
    'No run has succeeded since this process started: all 4 runs failed. Compare this version with the one before.',
  ])

  isBroken = false
  await asked.clock.advance('1m')
  expect(await findingsOf(asked, 'a')).toEqual([])
})

it('says nothing about successes of a loop that has worked for a while, and counts its runs', async () => {
  const asked = askable()
  let isDown = false
  const run = async ({ signal, sleep }: RunContext): Promise<void> => {
    while (!isDown && !signal.aborted) await sleep('1s')
    if (isDown) throw new Error('closed')
  }
  const task = asked.supervisor.register({ name: 'gateway', schedule: loop(), run })
  await asked.supervisor.start()
  await asked.clock.advance('1m')
  isDown = true
  await asked.clock.advance('2s')
  expect((await findingsOf(asked, 'gateway')).join()).not.toContain('No run has succeeded')

  isDown = false
  await asked.clock.advance('2m')
  void task.restart()
  await asked.clock.advance('1m')
  expect((await findingsOf(asked, 'gateway')).join()).toMatch(/^\d of \d runs that have ended failed\./)
})

it('says that no run of a loop has succeeded if none was ever ready', async () => {
  const asked = askable()
  const run = async ({ sleep }: RunContext): Promise<void> => {
    await sleep('20s')
    throw new Error('no handshake')
  }
  asked.supervisor.register({ name: 'gateway', schedule: loop({ ready: true }), run })
  await asked.supervisor.start()
  await asked.clock.advance('1m')

  expect((await findingsOf(asked, 'gateway')).join()).toContain(
    'No run has succeeded since this process started',
  )
})

it('shows the newest failure of a task with its causes in the table', async () => {
  const asked = askable()
  const run = (): never => {
    throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 10.0.0.7:443') })
  }
  asked.supervisor.register({ name: 'a', schedule: every('1m', { immediate: true }), run })
  await asked.supervisor.start()
  await asked.clock.advance('1s')

  const { tasks } = await asked.read<Snapshot>('snapshot')
  expect(tasks[0]?.lastError).toBe(
    'TypeError: fetch failed, caused by Error: connect ECONNREFUSED 10.0.0.7:443',
  )
})
