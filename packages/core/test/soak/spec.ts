import fc from 'fast-check'
import type { Priority, Schedule, TaskOptions } from '../../src/index.ts'
import {
  always,
  backoff,
  cron,
  every,
  loop,
  manual,
  never,
  onFailure,
  retry,
  rules,
  schedules,
} from '../../src/index.ts'
import { type Behavior, behavior, describeBehavior } from './behavior.ts'

export type ScheduleSpec =
  | {
      readonly kind: 'every'
      readonly periodMs: number
      readonly from: 'start' | 'epoch'
      readonly misfire: 'coalesce' | 'skip' | number
    }
  | { readonly kind: 'cron'; readonly seconds: number; readonly misfire: 'coalesce' | 'skip' | number }
  | { readonly kind: 'delay' | 'once'; readonly ms: number }
  | { readonly kind: 'manual' | 'loop' }

export interface RestartSpec {
  readonly mode: 'always' | 'on-failure' | 'never'
  readonly restarts: number
  readonly withinMs: number
  readonly initialMs: number
  readonly factor: number
  readonly exhausted: 'park' | 'escalate' | 'stop'
  readonly stableMs: number
}

export interface Spec {
  readonly name: string
  readonly schedule: ScheduleSpec
  readonly overlap: 'skip' | 'queue' | 'cancel-previous' | 2
  readonly priority: Priority
  readonly timeoutMs: number | undefined
  readonly abortGraceMs: number
  readonly allowAbandoned: number
  readonly restart: RestartSpec
  readonly retries: number
  readonly rules: 'default' | 'eager' | 'throwing'
  readonly hasEnabled: boolean
  readonly dependsOn: string | undefined
  readonly behaviors: readonly Behavior[]
}

const names: readonly string[] = ['a', 'b', 'c', 'd']

const misfire = fc.constantFrom<'coalesce' | 'skip' | number>('coalesce', 'coalesce', 'skip', 1, 3)

export const scheduleSpec: fc.Arbitrary<ScheduleSpec> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('every'),
      periodMs: fc.constantFrom(50, 100, 250, 1_000),
      from: fc.constantFrom('start', 'epoch'),
      misfire,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('cron'), seconds: fc.constantFrom(1, 2, 5), misfire }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('delay', 'once'), ms: fc.constantFrom(20, 100, 500) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'manual' }) },
  { weight: 5, arbitrary: fc.constant({ kind: 'loop' }) },
) as fc.Arbitrary<ScheduleSpec>

const restartSpec: fc.Arbitrary<RestartSpec> = fc.record({
  mode: fc.constantFrom('always', 'always', 'on-failure', 'never'),
  restarts: fc.integer({ min: 0, max: 3 }),
  withinMs: fc.constantFrom(100, 1_000, 5_000),
  initialMs: fc.constantFrom(0, 10, 100),
  factor: fc.constantFrom(1, 2),
  exhausted: fc.constantFrom('park', 'park', 'escalate', 'stop'),
  stableMs: fc.constantFrom(50, 500),
})

export const spec: fc.Arbitrary<Spec> = fc.record({
  name: fc.constantFrom(...names),
  schedule: scheduleSpec,
  overlap: fc.constantFrom<Spec['overlap']>('skip', 'queue', 'cancel-previous', 2),
  priority: fc.constantFrom<Priority>('low', 'normal', 'high', 'critical'),
  timeoutMs: fc.option(fc.constantFrom(20, 100, 1_000), { nil: undefined }),
  abortGraceMs: fc.constantFrom(0, 20, 100, 5_000),
  allowAbandoned: fc.constantFrom(0, 0, 1),
  restart: restartSpec,
  retries: fc.constantFrom(0, 0, 2),
  rules: fc.constantFrom('default', 'default', 'eager', 'throwing'),
  hasEnabled: fc.boolean(),
  dependsOn: fc.option(fc.constantFrom(...names), { nil: undefined, freq: 3 }),
  behaviors: fc.array(behavior, { minLength: 1, maxLength: 5 }),
})

export function scheduleOf(spec: ScheduleSpec): Schedule {
  switch (spec.kind) {
    case 'every': {
      const start = spec.from === 'start' ? ({ immediate: true } as const) : ({ anchor: 'epoch' } as const)
      return every(spec.periodMs, { ...start, misfire: misfireOf(spec.misfire) })
    }
    case 'cron':
      return cron(`*/${spec.seconds} * * * * *`, { timeZone: 'UTC', misfire: misfireOf(spec.misfire) })
    case 'delay':
      return schedules.delay(spec.ms)
    case 'once':
      return schedules.once({ after: spec.ms })
    case 'manual':
      return manual()
    case 'loop':
      return loop()
  }
}

function misfireOf(misfire: 'coalesce' | 'skip' | number) {
  return typeof misfire === 'number' ? { all: misfire } : misfire
}

export function optionsOf(spec: Spec): Omit<TaskOptions, 'run' | 'enabled'> {
  const isLoop = spec.schedule.kind === 'loop'
  return {
    name: spec.name,
    schedule: scheduleOf(spec.schedule),
    overlap: isLoop ? undefined : spec.overlap === 2 ? { parallel: 2 } : spec.overlap,
    priority: spec.priority,
    timeout: spec.timeoutMs,
    abortGrace: spec.abortGraceMs,
    allowAbandoned: spec.allowAbandoned,
    restart: isLoop ? restartOf(spec.restart) : undefined,
    retry: spec.retries > 0 ? retry(spec.retries, { backoff: backoff.fixed(20, { jitter: 0 }) }) : undefined,
    health: rulesOf(spec.rules),
    dependsOn: spec.dependsOn === undefined ? undefined : [spec.dependsOn],
  }
}

function restartOf(spec: RestartSpec) {
  if (spec.mode === 'never') return never()
  const { restarts, withinMs: within, initialMs: initial, factor, exhausted, stableMs: stableAfter } = spec
  const make = spec.mode === 'always' ? always : onFailure
  return make({
    backoff: backoff.exponential({ initial, factor, max: 400, jitter: 0.5 }),
    budget: { restarts, within },
    exhausted,
    stableAfter,
    park: { first: 200, max: 800 },
  })
}

function rulesOf(choice: Spec['rules']): TaskOptions['health'] {
  if (choice === 'default') return undefined
  if (choice === 'eager') {
    return [
      rules.consecutiveFailures({ degraded: 1, unhealthy: 2, restarts: true }),
      rules.errorRate({ minRuns: 2 }),
      rules.stale({ restarts: true }),
    ]
  }
  let calls = 0
  return {
    add: [
      function moody() {
        calls += 1
        if (calls % 3 === 1) throw new Error('rule')
        if (calls % 3 === 2) return { status: 'degraded', value: calls, limit: 1, reason: 'moody' }
        return undefined
      },
    ],
  }
}

export function describeSpec(spec: Spec): string {
  const { name, schedule, overlap, priority, timeoutMs, abortGraceMs, allowAbandoned, restart, retries } =
    spec
  const parts = [
    `${name}: ${Object.values(schedule).join(' ')}`,
    schedule.kind === 'loop' ? `restart ${Object.values(restart).join('/')}` : `overlap ${overlap}`,
    priority,
    timeoutMs === undefined ? '' : `timeout ${timeoutMs}`,
    `grace ${abortGraceMs}`,
    allowAbandoned > 0 ? `allows ${allowAbandoned}` : '',
    retries > 0 ? `retries ${retries}` : '',
    spec.rules === 'default' ? '' : `rules ${spec.rules}`,
    spec.hasEnabled ? 'enabled()' : '',
    spec.dependsOn === undefined ? '' : `needs ${spec.dependsOn}`,
    `does ${spec.behaviors.map(describeBehavior).join(' | ')}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}
