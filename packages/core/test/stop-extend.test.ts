import { describe, expect, it } from 'vitest'
import type { RunContext } from '../src/index.ts'
import { loop } from '../src/index.ts'
import { setUp } from './supervised.ts'

const extending =
  (by: string, ms: number, granted: number[] = []) =>
  async ({ sleep, extend }: RunContext, wait: (ms: number) => Promise<void>): Promise<void> => {
    await sleep('1d')
    granted.push(extend(by as '8s'))
    await wait(ms)
  }

async function chain(
  ...runs: ((context: RunContext, wait: (ms: number) => Promise<void>) => Promise<void>)[]
) {
  const scene = setUp()
  const { clock, supervisor, recorder } = scene
  const startedAt = clock.now()
  const abortedAt: Record<string, number> = {}
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.timer(() => resolve(), ms, true))
  for (const [index, run] of runs.entries()) {
    const name = 'abc'.charAt(index)
    supervisor.register({
      name,
      schedule: loop(),
      dependsOn: index < runs.length - 1 ? ['abc'.charAt(index + 1)] : [],
      run: (context) => {
        context.signal.addEventListener('abort', () => {
          abortedAt[name] = clock.now() - startedAt
        })
        return run(context, wait)
      },
    })
  }
  await supervisor.start()
  await clock.advance(0)
  const stopping = supervisor.stop()
  await clock.advance('60s')
  const report = await stopping
  const ended = Object.fromEntries(
    recorder.of('run.ended').map((event) => [event.task, [event.outcome, event.at - startedAt]]),
  )
  return { report, abortedAt, ended }
}

const endingAfter =
  (ms: number) =>
  async ({ sleep }: RunContext, wait: (ms: number) => Promise<void>): Promise<void> => {
    await sleep('1d')
    await wait(ms)
  }
const never = (): Promise<void> => new Promise(() => {})

describe('an extension of a task, with the default deadline of 25 s and 10 s for the class', () => {
  it('lets its dependencies run until the task has ended, and gives them time of their own', async () => {
    const { report, abortedAt, ended } = await chain(extending('8s', 15_000), endingAfter(1_000))

    expect(abortedAt).toEqual({ a: 0, b: 15_000 })
    expect(ended).toEqual({ a: ['cancelled', 15_000], b: ['cancelled', 16_000] })
    expect(report).toMatchObject({ abandoned: [], exitCode: 0, tookMs: 16_000 })
  })

  it('does the same if the task ignores its signal until the end of the extension', async () => {
    const { report, abortedAt, ended } = await chain(extending('8s', 3_600_000), endingAfter(2_500))

    expect(abortedAt).toEqual({ a: 0, b: 18_000 })
    expect(ended).toEqual({ a: ['abandoned', 18_000], b: ['cancelled', 20_500] })
    expect(report.abandoned.map(({ task }) => task)).toEqual(['a'])
  })

  it('leaves 3 s for each task below it, and 2 s for the flush', async () => {
    const granted: number[] = []
    const one = await chain(extending('1h', 3_600_000, granted), never)
    const two = await chain(extending('1h', 3_600_000, granted), endingAfter(2_900), endingAfter(2_900))
    const none = await chain(extending('1h', 3_600_000, granted))

    expect(granted).toEqual([20_000, 17_000, 23_000])
    expect(one.ended).toEqual({ a: ['abandoned', 20_000], b: ['abandoned', 23_000] })
    expect(two.abortedAt).toEqual({ a: 0, b: 17_000, c: 19_900 })
    expect(two.ended).toEqual({
      a: ['abandoned', 17_000],
      b: ['cancelled', 19_900],
      c: ['cancelled', 22_800],
    })
    expect(none.ended).toEqual({ a: ['abandoned', 23_000] })
  })

  it('can follow the extension of another task that depends on it', async () => {
    const { abortedAt, ended } = await chain(
      extending('4s', 12_000),
      extending('6s', 9_000),
      endingAfter(500),
    )

    expect(abortedAt).toEqual({ a: 0, b: 12_000, c: 21_000 })
    expect(ended).toEqual({ a: ['cancelled', 12_000], b: ['cancelled', 21_000], c: ['cancelled', 21_500] })
  })

  it('gives no time to tasks that do not depend on each other', async () => {
    const { clock, supervisor, recorder } = setUp()
    const wait = (ms: number): Promise<void> =>
      new Promise((resolve) => void clock.timer(() => resolve(), ms, true))
    supervisor.register({
      name: 'a',
      schedule: loop(),
      run: (context) => extending('8s', 15_000)(context, wait),
    })
    supervisor.register({ name: 'x', schedule: loop(), run: never })
    await supervisor.start()
    await clock.advance(0)
    const stopping = supervisor.stop()
    await clock.advance('60s')
    await stopping

    expect(
      recorder.of('run.ended').map(({ task, outcome, durationMs }) => [task, outcome, durationMs]),
    ).toEqual([
      ['x', 'abandoned', 10_000],
      ['a', 'cancelled', 15_000],
    ])
  })

  it('does not count any more after a second signal', async () => {
    const { clock, supervisor, recorder } = setUp()
    supervisor.register({ name: 'b', schedule: loop(), run: never })
    supervisor.register({
      name: 'a',
      schedule: loop(),
      dependsOn: ['b'],
      run: async ({ sleep, extend }) => {
        await sleep('1d')
        extend('8s')
        await never()
      },
    })
    await supervisor.start()
    await clock.advance(0)
    const stopping = supervisor.stop()
    await clock.advance('12s')
    supervisor.hurry('1s')
    await clock.advance('1s')

    expect((await stopping).tookMs).toBeLessThanOrEqual(13_000)
    expect(recorder.of('run.ended').map(({ outcome }) => outcome)).toEqual(['abandoned', 'abandoned'])
  })
})
