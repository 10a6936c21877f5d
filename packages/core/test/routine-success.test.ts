import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultRules } from '../src/health/default-rules.ts'
import type { HealthRule, Priority, Schedule } from '../src/index.ts'
import { every, manual, rules } from '../src/index.ts'
import { setUp } from './supervised.ts'

/** A rule about which all that is known is how often it was asked. */
function countingRule(more: Partial<HealthRule>): HealthRule & { asked: number } {
  return {
    name: 'counting',
    life: { forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 },
    restarts: false,
    asked: 0,
    describe: () => 'how often it is asked',
    judge() {
      this.asked += 1
      return { kind: 'fine', recheckInMs: 3_600_000 }
    },
    ...more,
  } as HealthRule & { asked: number }
}

describe('a rule that ignores successes', () => {
  async function asked(more: Partial<HealthRule>): Promise<readonly number[]> {
    const rule = countingRule(more)
    const { clock, supervisor } = setUp()
    const fails = { next: false }
    const run = () => {
      if (fails.next) throw new Error('no')
    }
    const task = supervisor.register({ name: 'a', schedule: manual(), health: [rule], run })
    await supervisor.start()
    await task.trigger()
    const counts = [rule.asked]
    for (let i = 0; i < 10; i += 1) await task.trigger()
    counts.push(rule.asked)
    fails.next = true
    await task.trigger()
    counts.push(rule.asked)
    await clock.advance(3_600_001)
    counts.push(rule.asked)
    return counts
  }

  it('is asked at the start, after the first run, after a failure and when it is time, and not else', async () => {
    expect(await asked({ ignoresSuccess: true })).toEqual([2, 2, 3, 4])
  })

  it('is asked after each run if it does not say so', async () => {
    expect(await asked({})).toEqual([2, 12, 13, 14])
  })
})

describe('a success that held the event loop', () => {
  it('is one that the rules are asked about', async () => {
    const { clock, supervisor } = setUp()
    let heldMs = 0
    const task = supervisor.register({
      name: 'a',
      schedule: manual(),
      health: [rules.hung(), rules.blocksLoop({ degraded: '20ms' })],
      run: () => clock.stall(heldMs),
    })
    await supervisor.start()
    await task.trigger()
    const before = task.health().status
    heldMs = 30
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

  async function told(schedule: Schedule, priority: Priority, steps: readonly Step[], asksAlways: boolean) {
    const { clock, recorder, supervisor } = setUp()
    let number = 0
    const task = supervisor.register({
      name: 'a',
      schedule,
      priority,
      health: defaultRules({ schedule: schedule.info, priority } as never).map((rule) =>
        asksAlways ? { ...rule, ignoresSuccess: false } : rule,
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

  it('find the same, at the same time, whether they are asked after a success or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(every('30s'), every('10m', { anchor: 'start' }), manual()),
        fc.constantFrom('normal' as const, 'high' as const),
        fc.array(step, { minLength: 1, maxLength: 25 }),
        async (schedule, priority, steps) => {
          const sparing = await told(schedule, priority, steps, false)
          expect(sparing).toEqual(await told(schedule, priority, steps, true))
        },
      ),
      { numRuns: 60 },
    )
  })
})
