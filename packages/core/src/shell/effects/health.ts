import type { Now } from '../../base/now.ts'
import type { HealthRule } from '../../health/rule.ts'
import { type EpisodeEnd, endHealth, type HealthEffect } from '../../health/step-health.ts'
import { emit, taskPart } from '../emit.ts'
import { readHealth } from '../read-health.ts'
import type { TaskRecord } from '../task-record.ts'
import type { EffectParts } from './handler.ts'

type HealthKind = HealthEffect['kind']
type HealthEffectOf<Kind extends HealthKind, Each = HealthEffect> = Each extends {
  readonly kind: infer Kinds
}
  ? Kind extends Kinds
    ? Each
    : never
  : never

type HealthHandlers = {
  readonly [Kind in HealthKind]: (record: TaskRecord, effect: HealthEffectOf<Kind>, now: Now) => void
}

/** Closes the open episodes of a task, except episodes of `rules`. */
export function closeHealth(
  handle: HandleHealth,
  record: TaskRecord,
  rules: readonly HealthRule[],
  ended: EpisodeEnd,
  now: Now,
): void {
  const { health } = record.state
  if (health === undefined || record.readonlyExtras.areEpisodesClosed) return
  if (ended === 'stopped') record.extras.areEpisodesClosed = true
  for (const closed of endHealth(health, rules, ended)) handle(record, closed, now)
}

export type HandleHealth = (record: TaskRecord, effect: HealthEffect, now: Now) => void

export function healthEffects({ kernelLoop, healthJudge }: EffectParts): HandleHealth {
  const handlers: HealthHandlers = {
    opened(record, { rule, episode, status, value, limit, reason, since }, now) {
      const part = taskPart(record, now)
      const event = {
        type: 'rule.opened',
        ...part,
        rule,
        episode,
        status,
        value,
        limit,
        reason,
        since,
      } as const
      emit(kernelLoop, record, event)
    },

    closed(record, { rule, episode, value, limit, since, ended }, now) {
      const part = taskPart(record, now)
      const finding = { rule, episode, value, limit, since }
      emit(kernelLoop, record, { type: 'rule.closed', ...part, ...finding, cause: ended ?? 'cleared' })
    },

    'rule-failed'(record, { rule }, now) {
      const error = healthJudge.takeFault(record, rule)
      emit(kernelLoop, record, { type: 'rule.failed', ...taskPart(record, now), rule, error })
    },

    'restart-asked'(record, { rule }) {
      record.extras.askedBy = rule
    },

    changed(record, { from, to }, now) {
      const health = readHealth(record, now, kernelLoop.kernel.phase)
      emit(kernelLoop, record, { type: 'health.changed', ...taskPart(record, now), from, to, health })
    },

    flapping(record, { changes }, now) {
      emit(kernelLoop, record, { type: 'health.flapping', ...taskPart(record, now), changes })
    },

    settled(record, { changes }, now) {
      emit(kernelLoop, record, { type: 'health.settled', ...taskPart(record, now), changes })
    },

    recheck(record, { inMs }, now) {
      healthJudge.recheck(record, inMs, now)
    },
  }
  return (record, effect, now) => handlers[effect.kind](record, effect as never, now)
}
