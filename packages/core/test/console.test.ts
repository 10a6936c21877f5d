import { expect, it } from 'vitest'
import type { TaskOptions } from '../src/index.ts'
import { always, backoff, loop } from '../src/index.ts'
import { consoleLines, ignoring, setUp } from './supervised.ts'

it('without observers configured, the console reports failures, stuck runs and given-up tasks, once a minute per task', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  const restart = always({
    backoff: backoff.fixed('1s', { jitter: 0 }),
    budget: { restarts: 70, within: '10m' },
    exhausted: 'stop',
  })
  const fails = (): never => {
    throw new Error('no feed')
  }
  supervisor.register({ name: 'loop', schedule: loop(), restart, run: fails })
  supervisor.register({ name: 'hangs', timeout: '1s', abortGrace: '1s', run: ignoring })
  await supervisor.start()
  void supervisor.task('hangs')?.trigger()
  await clock.advance(59_999)

  const reported = (): string[] => lines.map((line) => line.replace(/run [^\s:]+/, 'run …'))
  expect(reported()).toEqual([
    "[runwell] Task 'loop' failed after 0 ms: Error: no feed",
    "[runwell] Task 'hangs' ignored its aborted signal and was abandoned after 2 s, run …: RunTimedOutError: The run of task 'hangs' exceeded its timeout of 1000 ms",
    "[runwell] Task 'hangs' is stuck: run … ignores its aborted signal, is 2 s old and blocks the next run",
  ])
  await clock.advance(30_001)

  expect(reported().slice(3)).toEqual([
    "[runwell] Task 'loop' failed after 0 ms: Error: no feed",
    "[runwell] Task 'loop' is given up and not restarted any more: it threw an error after 70 restarts in 10 min: Error: no feed",
  ])
})

it('without observers configured, the console reports a unit that fails in a run that goes on', async () => {
  const lines = consoleLines()
  const { supervisor } = setUp({ observers: undefined })
  const run: TaskOptions['run'] = ({ each }) =>
    each([1, 2, 3], (item) => {
      if (item > 1) throw new Error(`no ${item}`)
    })
  const task = supervisor.register({ name: 'mail', run })

  expect(await task.trigger()).toMatchObject({ outcome: 'succeeded' })
  expect(lines).toEqual(["[runwell] Task 'mail': unit 'item' failed after 0 ms: Error: no 2"])
})

it('with an empty list of observers, the console reports nothing', async () => {
  const lines = consoleLines()
  const { supervisor } = setUp({ observers: [] })
  const task = supervisor.register({ name: 'a', run: () => Promise.reject(new Error('no')) })
  await task.trigger()

  expect(lines).toEqual([])
})
