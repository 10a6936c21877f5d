import { describe, expect, it } from 'vitest'
import { every, Supervisor, type TaskFacts } from '../src/index.ts'
import { type RuleTest, testRules, VirtualClock } from '../src/testing/index.ts'

interface Phase {
  readonly runs: number
  readonly tookMs: number
  readonly fails?: (index: number) => boolean
}

type Seen = Pick<
  TaskFacts,
  'p99Ms' | 'samples' | 'runs' | 'failures' | 'consecutiveFailures' | 'lastDurationMs'
> & { readonly inHour: unknown; readonly inDay: unknown }

function reader(start: number) {
  const seen = new Map<number, Seen>()
  const read = (facts: TaskFacts): undefined => {
    const { p99Ms, samples, runs, failures, consecutiveFailures, lastDurationMs } = facts
    const counts = { runs, failures, consecutiveFailures, lastDurationMs }
    const windows = { inHour: facts.recent('1h'), inDay: facts.recent('24h') }
    if (facts.activeRuns === 0) seen.set(facts.now - start, { p99Ms, samples, ...counts, ...windows })
  }
  return { seen, read }
}

async function play(periodMs: number, phases: readonly Phase[]) {
  const start = 1_700_000_000_000
  const clock = new VirtualClock({ startAt: start, settle: 'microtasks' })
  const supervisor = new Supervisor({ clock, env: {}, observers: [] })
  const runs = phases.flatMap(({ runs: count, tookMs, fails }) =>
    Array.from({ length: count }, (_, index) => ({ tookMs, fails: fails?.(index) ?? false })),
  )
  const real = reader(start)
  let index = 0
  supervisor.register({
    name: 'task',
    schedule: every(periodMs, { anchor: 'start', immediate: true }),
    health: [real.read],
    run: async ({ sleep }) => {
      const { tookMs = 0, fails = false } = runs[index] ?? {}
      index += 1
      await sleep(tookMs)
      if (fails) throw new Error('failed')
    },
  })
  await supervisor.start()
  const totalMs = runs.length * periodMs - 1
  await clock.advance(totalMs)
  await supervisor.stop()

  const tested = reader(0)
  const test: RuleTest = {
    period: periodMs,
    rules: [tested.read],
    runs: runs.map(({ tookMs, fails }, at) => ({
      at: at * periodMs,
      took: tookMs,
      outcome: fails ? 'failed' : 'succeeded',
    })),
    expect: [{ at: totalMs }],
  }
  testRules(test)
  return { real: real.seen, tested: tested.seen, runs }
}

function expectSame({ real, tested, runs }: Awaited<ReturnType<typeof play>>, periodMs: number) {
  for (const [index, { tookMs }] of runs.entries()) {
    const at = index * periodMs + tookMs
    expect({ at, ...tested.get(at) }).toEqual({ at, ...real.get(at) })
  }
}

describe('testRules reads the same facts as a supervisor', () => {
  it('for frequent runs that become slow after two hours and fast again', async () => {
    const played = await play(10_000, [
      { runs: 720, tookMs: 100 },
      { runs: 60, tookMs: 4_000 },
      { runs: 360, tookMs: 100 },
    ])

    expectSame(played, 10_000)
    const last = played.tested.get(1_139 * 10_000 + 100)
    expect(last?.p99Ms).toBeLessThan(103)
    expect(last?.samples).toBeLessThanOrEqual(36)
  })

  it('for runs that are too rare to have 20 recent successes', async () => {
    const played = await play(60_000, [
      { runs: 200, tookMs: 700 },
      { runs: 30, tookMs: 9_000 },
    ])

    expectSame(played, 60_000)
    expect(played.tested.get(229 * 60_000 + 9_000)?.samples).toBe(230)
  })

  it('for failures in between, and for windows of more than six hours', async () => {
    const played = await play(30_000, [
      { runs: 400, tookMs: 300, fails: (index) => index % 7 === 3 },
      { runs: 100, tookMs: 2_500, fails: () => true },
      { runs: 460, tookMs: 50 },
    ])

    expectSame(played, 30_000)
  })
})
