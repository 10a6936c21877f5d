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

describe('a rule given as an object', () => {
  it('is used as it is, and is read once', () => {
    const [rule] = resolveRules([written], task)

    expect(rule).toEqual({ ...written, describe: expect.any(Function), judge: expect.any(Function) })
    expect(resolveRules([written], task)[0]).toBe(rule)
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
  ])('is rejected when it is %o', (record) => {
    expect(() => resolveRules([record as never], task)).toThrow(
      'Expected `health[0]` to be a rule such as rules.errorRate(), or a function of the facts',
    )
  })

  it('must have a unique name', () => {
    expect(() => resolveRules([written, written], task)).toThrow(
      "Expected `health[1]` to be a rule with a unique name; set the option `name` of one of them, got 'mine'",
    )
  })
})

describe('a rule factory', () => {
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
  ])('is not accepted as a rule without being called: %o', (maker) => {
    const record = maker as never

    expect(() => resolveRules([record], task)).toThrow(
      `Expected \`health[0]\` to be a rule such as rules.errorRate(), or a function of the facts; call the function and pass its result, got function ${maker.name}`,
    )
    expect(() => resolveRules({ add: [record] }, task)).toThrow('`health.add[0]`')
  })
})

describe('the option health', () => {
  it('must be a list or contain one', () => {
    const message = '`health.add` to be a list of rules, such as health: { add: [rules.hung(…)] }'

    expect(() => resolveRules({ add: 5 } as never, task)).toThrow(`${message}, got 5`)
    expect(() => resolveRules({} as never, task)).toThrow(`${message}, got undefined`)
  })

  it.each([
    ['a rule', hung({ limit: '1m' }), "the rule 'hung'"],
    ['a rule as an object', written, "the rule 'mine'"],
    ['a rule factory', hung, 'function hung'],
    ['a function of the facts', () => undefined, 'function (anonymous)'],
  ])('must be a list, not %s', (_, given, shown) => {
    const example = 'such as health: { add: [rules.hung(…)] }'

    expect(() => resolveRules(given as never, task)).toThrow(
      `Expected \`health\` to be a list of rules, or { add: a list of rules }, ${example}, got ${shown}`,
    )
    expect(() => resolveRules({ add: given } as never, task)).toThrow(
      `Expected \`health.add\` to be a list of rules, ${example}, got ${shown}`,
    )
  })
})

describe('the default rules', () => {
  it('include an error rate only for known periods up to 72 minutes', () => {
    const names = (periodMs: number | undefined) => defaultRules(taskEvery(periodMs)).map((rule) => rule.name)

    expect(names(4_320_000)).toContain('error-rate')
    expect(names(4_320_001)).not.toContain('error-rate')
    expect(names(undefined)).not.toContain('error-rate')
  })

  it('fire immediately after three consecutive failures of a manual task, but not of a call', () => {
    const forMs = (kind: 'manual' | 'call') =>
      defaultRules(taskEvery(undefined, kind)).find((rule) => rule.name === 'consecutive-failures')?.life
        .forMs

    expect(forMs('manual')).toBe(0)
    expect(forMs('call')).toBe(60_000)
  })
})
