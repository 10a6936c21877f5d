import { describe, expect, it } from 'vitest'
import { taskEvery } from '../../test/health-facts.ts'
import { defaultRules, resolveRules } from './default-rules.ts'
import type { HealthRule } from './rule.ts'
import { blocksLoop } from './rules/blocks-loop.ts'
import { classic } from './rules/classic.ts'
import { consecutiveFailures } from './rules/consecutive-failures.ts'
import { errorRate } from './rules/error-rate.ts'
import { late } from './rules/late.ts'
import { hung, slow, stuck } from './rules/live-run.ts'
import { notRunning, restarts } from './rules/loops.ts'
import { stale } from './rules/stale.ts'

const task = taskEvery(30_000)
const written: HealthRule = {
  name: 'mine',
  life: { forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 },
  restarts: false,
  describe: () => 'what is mine',
  judge: () => ({ kind: 'fine' }),
}

describe('a rule written by hand', () => {
  it('is taken as it is', () => {
    expect(resolveRules([written], task)).toEqual([written])
  })

  it.each([
    5,
    'mine',
    null,
    undefined,
    {},
    { ...written, name: 5 },
    { ...written, judge: undefined },
    { ...written, describe: 'what is mine' },
    { ...written, life: undefined },
    { ...written, life: { forMs: 0, runs: 1, keepForMs: 0 } },
    { ...written, life: { ...written.life, forMs: -1 } },
  ])('is refused when it is %o', (record) => {
    expect(() => resolveRules([record as never], task)).toThrow(
      'Expected `health[0]` to be a rule such as rules.errorRate(), or a function of the facts',
    )
  })

  it('has a name of its own', () => {
    expect(() => resolveRules([written, written], task)).toThrow(
      "Expected `health[1]` to be a rule with a unique name; set the option `name` of one of them, got 'mine'",
    )
  })
})

describe('the maker of a rule', () => {
  it.each([
    errorRate,
    consecutiveFailures,
    stale,
    slow,
    hung,
    stuck,
    late,
    restarts,
    notRunning,
    blocksLoop,
    classic,
  ])('is no rule until it is called: %o', (maker) => {
    const record = maker as never

    expect(() => resolveRules([record], task)).toThrow(
      `Expected \`health[0]\` to be a rule such as rules.errorRate(), or a function of the facts, got function ${maker.name}`,
    )
    expect(() => resolveRules({ add: [record] }, task)).toThrow('`health.add[0]`')
  })
})

describe('the option health', () => {
  it('is a list, or has one', () => {
    const message = 'to be a list of rules, or { add: a list of rules }'

    expect(() => resolveRules({ add: 5 } as never, task)).toThrow(`\`health.add\` ${message}`)
    expect(() => resolveRules({} as never, task)).toThrow(`\`health.add\` ${message}`)
  })
})

describe('the default rules', () => {
  it('judge a rate of errors where the period is known, and at most 72 minutes', () => {
    const names = (periodMs: number | undefined) => defaultRules(taskEvery(periodMs)).map((rule) => rule.name)

    expect(names(4_320_000)).toContain('error-rate')
    expect(names(4_320_001)).not.toContain('error-rate')
    expect(names(undefined)).not.toContain('error-rate')
  })

  it('take three failures of a manual task in a row at their word, and not those of calls', () => {
    const forMs = (kind: 'manual' | 'call') =>
      defaultRules(taskEvery(undefined, kind)).find((rule) => rule.name === 'consecutive-failures')?.life
        .forMs

    expect(forMs('manual')).toBe(0)
    expect(forMs('call')).toBe(60_000)
  })
})
