import { describe, expect, it } from 'vitest'
import { factsOf, taskEvery } from '../../test/health-facts.ts'
import { type ScheduleKind, scheduleKinds } from '../base/schedule-info.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Priority } from '../base/words.ts'
import { defaultRules, resolveHealth, resolveRules, rulesOf } from './default-rules.ts'
import { errorRate } from './rules/error-rate.ts'
import { hung } from './rules/live-run.ts'
import { stale } from './rules/stale.ts'

const hour = 3_600_000
const names = (info: TaskInfo): readonly string[] => defaultRules(info).map((rule) => rule.name)

describe('defaultRules', () => {
  const slots = ['consecutive-failures', 'stale', 'slow', 'hung', 'stuck', 'blocks-loop']
  const cases: readonly (readonly [ScheduleKind, number | undefined, Priority, readonly string[]])[] = [
    ['every', 30_000, 'normal', ['error-rate', ...slots]],
    ['delay', 30_000, 'low', ['error-rate', ...slots]],
    ['cron', hour, 'normal', ['error-rate', ...slots]],
    ['cron', 24 * hour, 'normal', slots],
    ['every', 30_000, 'high', ['error-rate', ...slots, 'late']],
    ['cron', 24 * hour, 'critical', [...slots, 'late']],
    ['once', undefined, 'critical', slots],
    [
      'manual',
      undefined,
      'normal',
      ['consecutive-failures', 'error-rate', 'slow', 'hung', 'stuck', 'blocks-loop'],
    ],
    [
      'call',
      undefined,
      'normal',
      ['consecutive-failures', 'error-rate', 'slow', 'hung', 'stuck', 'blocks-loop', 'not-running'],
    ],
    [
      'spawn',
      undefined,
      'normal',
      ['consecutive-failures', 'error-rate', 'slow', 'hung', 'stuck', 'blocks-loop'],
    ],
    ['loop', undefined, 'critical', ['restarts', 'not-running', 'hung', 'stuck', 'blocks-loop']],
  ]

  it.each(cases)(
    'returns the rules for %s with period %s and priority %s',
    (kind, periodMs, priority, expected) => {
      expect(names({ ...taskEvery(periodMs, kind), priority })).toEqual(expected)
    },
  )

  it('gives similar tasks the same list', () => {
    expect(defaultRules(taskEvery(30_000))).toBe(defaultRules(taskEvery(60_000, 'cron')))
  })

  it('asks for restarts of hung loops only', () => {
    const asking = (kind: ScheduleKind): readonly string[] =>
      defaultRules(taskEvery(undefined, kind))
        .filter((rule) => rule.restarts)
        .map((rule) => rule.name)

    expect(asking('loop')).toEqual(['hung'])
    expect(asking('every')).toEqual([])
  })

  it('can describe each rule for every kind of task', () => {
    for (const kind of scheduleKinds) {
      const facts = factsOf({}, taskEvery(kind === 'every' ? 30_000 : undefined, kind))
      for (const rule of defaultRules(facts.task)) {
        expect(rule.describe(facts)).toMatch(/^(un\w+|degraded) /)
        expect(rule.describe(facts)).not.toMatch(/undefined|NaN|Infinity/)
      }
    }
  })

  it('finds nothing wrong with a task that has just been armed', () => {
    for (const kind of scheduleKinds) {
      const facts = factsOf({}, taskEvery(kind === 'every' ? 30_000 : undefined, kind))
      for (const rule of defaultRules(facts.task)) expect(rule.judge(facts, false).kind).not.toBe('bad')
    }
  })
})

describe('the default rules that are judged after each success', () => {
  it.each([
    ['an interval', taskEvery(30_000), ['error-rate']],
    ['a day', taskEvery(86_400_000), []],
    ['an important interval', { ...taskEvery(30_000), priority: 'high' as const }, ['error-rate', 'late']],
  ])('are few for %s', (_, info, expected) => {
    const judging = defaultRules(info).filter(({ ignoresSuccess }) => ignoresSuccess !== true)

    expect(judging.map(({ name }) => name)).toEqual(expected)
  })
})

describe('resolveRules', () => {
  const info = taskEvery(30_000)

  it('returns the default rules if nothing is given', () => {
    expect(resolveRules(undefined, info)).toBe(defaultRules(info))
  })

  it('replaces them with a list, which may contain functions', () => {
    const rules = resolveRules([errorRate(), () => undefined], info)

    expect(rules.map((rule) => rule.name)).toEqual(['error-rate', 'rule-2'])
    expect(rules[1]?.judge(factsOf(), false)).toEqual({ kind: 'fine', recheckInMs: 60_000 })
    expect(resolveRules([], info)).toEqual([])
  })

  it('adds rules to the default ones and replaces a rule of the same name', () => {
    const mine = stale({ grace: '10m' })
    const rules = resolveRules({ add: [mine, hung({ name: 'hung-early', limit: '1m' })] }, info)

    expect(rules).toHaveLength(defaultRules(info).length + 1)
    expect(rules.filter((rule) => rule.name === 'stale')).toEqual([mine])
  })

  it('picks the default rules by the schedule, but uses a list as it is', () => {
    const namesOf = (health: Parameters<typeof resolveHealth>[0], periodMs: number) =>
      rulesOf(resolveHealth(health), taskEvery(periodMs)).map(({ name }) => name)

    expect(namesOf({ add: [errorRate()] }, 30_000).at(-1)).toBe('error-rate')
    expect(namesOf(undefined, 30_000)).toContain('error-rate')
    expect(namesOf(undefined, 86_400_000)).not.toContain('error-rate')
    expect(namesOf([errorRate()], 86_400_000)).toEqual(['error-rate'])
  })

  it.each([
    ['no list', 'strict'],
    ['a name twice', [errorRate(), errorRate({ window: '1h' })]],
    ['nothing to add', { add: undefined }],
    ['null', null],
    ['an object that is not a rule', [{ name: 'x' }]],
    ['a rule without a life', [{ ...errorRate(), life: {} }]],
  ])('rejects %s', (_, health) => {
    expect(() => resolveRules(health as never, info)).toThrow('Expected `health')
  })

  it('rejects an unknown key', () => {
    expect(() => resolveRules({ ad: [] } as never, info)).toThrow(
      "Unknown option 'ad' of `health`. Did you mean 'add'?",
    )
  })
})
