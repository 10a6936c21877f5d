import type { HealthState } from '../../src/health/step-health.ts'
import type { KernelState, KernelTask, RunRequest, RunState, ShutdownState } from '../../src/kernel/state.ts'
import type { RestartLedger } from '../../src/restart/ledger.ts'

/**
 * How the key of a state treats a field. The tables below must name every field.
 *
 * - `kept`: stored without a change
 * - `time`: stored relative to now
 * - `renamed`: stored with other ids
 * - `capped`: stored up to a limit, because greater values make no difference
 * - `derived`: not stored, because it follows from other fields
 * - `dropped`: not stored. States that differ only in this field count as one state
 */
type Treatment = 'kept' | 'time' | 'renamed' | 'capped' | 'derived' | 'dropped'

type Table<T> = { readonly [Field in keyof T]-?: Treatment }

export const kernelFields: Table<KernelState> = {
  phase: 'kept',
  seed: 'dropped', // no configuration uses randomness
  tasks: 'kept',
  nextRunId: 'renamed',
  restartTimes: 'time',
  shutdown: 'kept',
}

export const taskFields: Table<KernelTask> = {
  name: 'kept',
  config: 'kept',
  mode: 'kept',
  paused: 'kept',
  pausedUntil: 'time',
  standby: 'kept',
  removed: 'kept',
  slot: 'time',
  slotDueAt: 'time',
  held: 'kept',
  lastSlot: 'time',
  wakeAt: 'time',
  runs: 'kept',
  abandoned: 'derived',
  generation: 'capped',
  queued: 'kept',
  backlog: 'time',
  ledger: 'kept',
  host: 'kept',
  fleet: 'kept',
  health: 'kept',
  armedAt: 'time',
  shell: 'dropped', // the kernel does not read it
}

export const runFields: Table<RunState> = {
  id: 'renamed',
  trigger: 'kept',
  slot: 'dropped',
  generation: 'renamed',
  trial: 'kept',
  startedAt: 'capped',
  ranMs: 'capped',
  attempt: 'kept',
  firstAttempt: 'kept',
  phase: 'kept',
  phaseEndsAt: 'time',
  abortedFor: 'kept',
  restartCause: 'kept',
  askedStop: 'kept',
  isReady: 'kept',
  outdated: 'kept',
  shell: 'dropped', // the kernel does not read it
}

export const requestFields: Table<RunRequest> = {
  trigger: 'kept',
  slot: 'time',
  requestId: 'renamed',
}

export const ledgerFields: Table<RestartLedger> = {
  streak: 'capped',
  log: 'time',
  parks: 'capped',
  total: 'dropped', // it only changes the jitter of restarts, and restarts in the model have no jitter
}

export const shutdownFields: Table<ShutdownState> = {
  startedAt: 'dropped',
  deadline: 'time',
  classGraceMs: 'kept',
  reserveMs: 'kept',
  flushMs: 'kept',
  drain: 'kept',
  classes: 'kept',
  current: 'kept',
  classStartedAt: 'dropped',
  classDeadline: 'time',
  abortAt: 'time',
  aborting: 'kept',
  isExtended: 'kept',
  ending: 'kept',
}

export const healthFields: Table<HealthState> = {
  status: 'kept',
  since: 'dropped',
  verdict: 'kept',
  known: 'kept',
  episodes: 'kept',
  doubt: 'dropped',
  flap: 'dropped', // it only delays recoveries, and no decision of the kernel depends on it
  worsenedBy: 'dropped', // only a text
  recovered: 'dropped', // only the detection of flapping reads it
  episodeCount: 'dropped',
}
