import type { Now } from '../base/now.ts'
import { type HealthReading, healthOf } from '../health/health-of.ts'
import type { TaskHealth } from '../health/status.ts'
import type { Phase } from '../kernel/state.ts'
import { RecordFacts } from './task-facts.ts'
import type { TaskRecord } from './task-record.ts'

export function readHealth(record: TaskRecord, now: Now, phase: Phase): TaskHealth {
  const { state, rules, unknownSince } = record
  const facts = new RecordFacts(record, now)
  return healthOf(state.health, unknownSince, { facts, rules, heldBy: heldBy(record, phase) })
}

function heldBy({ state }: TaskRecord, phase: Phase): HealthReading['heldBy'] {
  if (phase === 'stopping' || phase === 'stopped') return 'stop'
  if (state.paused) return 'pause'
  return state.standby ? 'standby' : undefined
}
