import { expect, it } from 'vitest'
import { always, backoff, loop } from '../src/index.ts'
import { consoleLines, ignoring, setUp } from './supervised.ts'

it('who observes nothing is told on the console what fails, is stuck and is given up, once a minute for each task', async () => {
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

  const told = (): string[] => lines.map((line) => line.replace(/run [^\s:]+/, 'run …'))
  expect(told()).toEqual([
    "[runwell] Task 'loop' failed after 0 ms: Error: no feed",
    "[runwell] Task 'hangs' ignores its aborted signal and is abandoned, run …: RunTimedOutError: Task 'hangs' did not end within its timeout of 1000 ms",
    "[runwell] Task 'hangs' is stuck: run … has lived for 2 s and blocks the next one",
  ])
  await clock.advance(30_001)

  expect(told().slice(3)).toEqual([
    "[runwell] Task 'loop' failed after 0 ms: Error: no feed",
    "[runwell] Task 'loop' is given up after 70 restarts in 10 min (threw): Error: no feed",
  ])
})

it('who asks for no observers at all is told nothing', async () => {
  const lines = consoleLines()
  const { supervisor } = setUp({ observers: [] })
  const task = supervisor.register({ name: 'a', run: () => Promise.reject(new Error('no')) })
  await task.trigger()

  expect(lines).toEqual([])
})
