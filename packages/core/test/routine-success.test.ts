import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultRules } from '../src/health/default-rules.ts'
import type { HealthRule, Priority, Schedule } from '../src/index.ts'
import { every, manual, rules } from '../src/index.ts'
import { setUp } from './supervised.ts'

function countingRule(more: Partial<HealthRule>): HealthRule & { calls: number } {
  return {
    name: 'counting',
    life: { forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 },
    restarts: false,
    calls: 0,
    describe: () => 'how often it is judged',
    judge() {
      this.calls += 1
      return { kind: 'fine', recheckInMs: 3_600_000 }
    },
    ...more,
  } as HealthRule & { calls: number }
}

describe('a rule that ignores successes', () => {
  async function callsOf(more: Partial<HealthRule>): Promise<readonly number[]> {
    const rule = countingRule(more)
    const { clock, supervisor } = setUp()
    const fails = { next: false }
    const run = () => {
      if (fails.next) throw new Error('no')
    }
    const task = supervisor.register({ name: 'a', schedule: manual(), health: [rule], run })
    await supervisor.start()
    await task.trigger()
    const counts = [rule.calls]
    for (let i = 0; i < 10; i += 1) await task.trigger()
    counts.push(rule.calls)
    fails.next = true
    await task.trigger()
    counts.push(rule.calls)
    await clock.advance(3_600_001)
    counts.push(rule.calls)
    return counts
  }

  it('is judged only at the start, after the first run, after a failure, and at its recheck', async () => {
    expect(await callsOf({ ignoresSuccess: true })).toEqual([2, 2, 3, 4])
  })

  it('is judged after each run by default', async () => {
    expect(await callsOf({})).toEqual([2, 12, 13, 14])
  })
})

describe('a success that blocked the event loop', () => {
  it('is judged by the rules', async () => {
    const { clock, supervisor } = setUp()
    let blockedMs = 0
    const task = supervisor.register({
      name: 'a',
      schedule: manual(),
      health: [rules.hung(), rules.blocksLoop({ degraded: '20ms' })],
      run: () => clock.block(blockedMs),
    })
    await supervisor.start()
    await task.trigger()
    const before = task.health().status
    blockedMs = 30
    await task.trigger()

    expect([before, task.health().status]).toEqual(['healthy', 'degraded'])
  })
})

describe('the default rules', () => {
  type Step = { readonly ms: number; readonly fails: boolean; readonly trigger: boolean }
  const step: fc.Arbitrary<Step> = fc.record({
    ms: fc.constantFrom(0, 1, 20, 400, 5_000, 40_000, 700_000),
    fails: fc.boolean(),
    trigger: fc.boolean(),
  })

  async function findings(
    schedule: Schedule,
    priority: Priority,
    steps: readonly Step[],
    judgesAlways: boolean,
  ) {
    const { clock, recorder, supervisor } = setUp()
    let number = 0
    const task = supervisor.register({
      name: 'a',
      schedule,
      priority,
      health: defaultRules({ schedule: schedule.info, priority } as never).map((rule) =>
        judgesAlways ? { ...rule, ignoresSuccess: false } : rule,
      ),
      run: async ({ sleep }) => {
        const { ms, fails } = steps[number++ % steps.length] ?? { ms: 0, fails: false }
        await sleep(ms)
        if (fails) throw new Error('no')
      },
    })
    await supervisor.start()
    for (const { ms, trigger } of steps) {
      if (trigger) void task.trigger()
      await clock.advance(ms + 1_000)
    }
    await clock.advance(3_600_000)
    return recorder.events
      .filter(({ type }) => /^(rule|health)\./.test(type))
      .map((event) => ({ ...event, info: undefined }))
  }

  describe.each(['normal', 'high'] as const)('of a task of %s priority', (priority) => {
    it.each([
      ['every 30 s', every('30s')],
      ['every 10 min', every('10m', { anchor: 'start' })],
      ['on demand', manual()],
    ])(
      'find the same at the same time, whether or not they are judged after successes: %s',
      async (_, schedule) => {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
            const skipping = await findings(schedule, priority, steps, false)
            expect(skipping).toEqual(await findings(schedule, priority, steps, true))
          }),
          { numRuns: 10 },
        )
      },
    )
  })
})
