import type { Now } from '../base/now.ts'
import type { TaskEvent } from '../events/events.ts'
import type { TaskHealth } from '../health/status.ts'
import type { HealthEffect } from '../health/step-health.ts'
import type { TaskEffect } from '../kernel/effect.ts'
import { inWindow } from '../restart/ledger.ts'
import { liveRunOf } from './live-run.ts'
import type { TaskRecord } from './task-record.ts'

/** What the telling of an effect needs besides the effect. */
export interface EventParts {
  readonly record: TaskRecord
  readonly now: Now
  /** Wall time of a slot. */
  wallOf(slot: number): number
}

/** An effect on a task in the words of the outside; `undefined` for those that are told elsewhere, or not at all. */
export function toEvent(effect: TaskEffect, { record, now, wallOf }: EventParts): TaskEvent | undefined {
  const base = { at: now.wall, task: record.info.name, info: record.info }
  switch (effect.do) {
    case 'task-started':
      return { type: 'task.started', ...base }
    case 'task-stopped':
      return { type: 'task.stopped', ...base, reason: effect.reason }
    case 'unregistered':
      return { type: 'task.unregistered', ...base }
    case 'paused':
      return { type: 'task.paused', ...base, reason: effect.reason }
    case 'resumed':
      return { type: 'task.resumed', ...base }
    case 'rescheduled':
      return { type: 'task.rescheduled', ...base, schedule: record.info.schedule }
    case 'skip': {
      const { reason, count, atLeast, slot } = effect
      const scheduledAt = slot === undefined ? undefined : wallOf(slot)
      return { type: 'run.skipped', ...base, reason, count, atLeast, scheduledAt }
    }
    case 'miss': {
      const { count, atLeast, from, to } = effect
      return { type: 'run.missed', ...base, count, atLeast, from: wallOf(from), to: wallOf(to) }
    }
    case 'restart-scheduled': {
      const { cause, streak } = effect
      const delayMs = Math.round(effect.delayMs)
      const spacedMs = Math.round(effect.spacedMs)
      const dueAt = now.wall + delayMs
      return {
        type: 'restart.scheduled',
        ...base,
        cause,
        delayMs,
        spacedMs,
        streak,
        dueAt,
        error: record.readonlyExtras.lastError,
      }
    }
    case 'restart-refused':
      return { type: 'restart.refused', ...base, cause: effect.cause, reason: effect.reason }
    case 'parked': {
      const trialAt = now.wall + Math.round(record.state.wakeAt - now.mono)
      const parks = record.state.ledger?.parks ?? 1
      return {
        type: 'task.parked',
        ...base,
        cause: effect.cause,
        parks,
        trialAt,
        error: record.readonlyExtras.lastError,
      }
    }
    case 'gave-up': {
      const { withinMs } = record.state.config.restart.budget
      const { cause, how } = effect
      const restarts = record.state.ledger ? inWindow(record.state.ledger, now.mono, withinMs) : 0
      return {
        type: 'task.gave-up',
        ...base,
        cause,
        how,
        restarts,
        withinMs,
        error: record.readonlyExtras.lastError,
      }
    }
    case 'stuck':
      return {
        type: 'task.stuck',
        ...base,
        runId: liveRunOf(effect.run)?.runId ?? String(effect.run.id),
        ageMs: now.mono - effect.run.startedAt,
      }
    default:
      return undefined
  }
}

/** What came of judging a task, in the words of the outside. */
export function toHealthEvent(
  effect: HealthEffect,
  record: TaskRecord,
  now: Now,
  health: () => TaskHealth,
  fault: (rule: string) => Error,
): TaskEvent | undefined {
  const base = { at: now.wall, task: record.info.name, info: record.info }
  switch (effect.kind) {
    case 'opened': {
      const { rule, episode, status, value, limit, reason, since } = effect
      return { type: 'rule.opened', ...base, rule, episode, status, value, limit, reason, since }
    }
    case 'closed': {
      const { rule, episode, value, limit, since } = effect
      return { type: 'rule.closed', ...base, rule, episode, value, limit, since }
    }
    case 'rule-failed':
      return { type: 'rule.failed', ...base, rule: effect.rule, error: fault(effect.rule) }
    case 'changed':
      return { type: 'health.changed', ...base, from: effect.from, to: effect.to, health: health() }
    case 'flapping':
      return { type: 'health.flapping', ...base, changes: effect.changes }
    case 'settled':
      return { type: 'health.settled', ...base, changes: effect.changes }
    default:
      return undefined
  }
}
