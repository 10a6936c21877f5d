import type { AbortCause } from '../base/errors.ts'
import type { Priority, RestartCause, TaskState, Trigger } from '../base/words.ts'
import type { HealthState } from '../health/step-health.ts'
import type { RestartLedger } from '../restart/ledger.ts'
import type { ResolvedRestart } from '../restart/policy.ts'
import type { ResolvedRetry } from '../restart/retry.ts'
import type { Misfire, Planning } from '../schedule/schedule.ts'
import type { FleetState } from './fleet-state.ts'
import { newFleetState } from './fleet-state.ts'
import type { HostConfig, HostState } from './host-state.ts'

/** All durations are in milliseconds. */
export interface TaskConfig {
  readonly planning: Planning
  readonly priority: Priority
  readonly dependsOn: readonly string[]
  readonly overlap: 'skip' | 'queue' | 'cancel-previous' | 'parallel'
  /** The most runs without an outcome at the same time. `Infinity` for external tasks. */
  readonly limit: number
  /** `Infinity` if the task has no timeout. */
  readonly timeoutMs: number
  readonly abortGraceMs: number
  readonly allowAbandoned: number
  readonly misfire: Misfire
  /** A slot is missed if it is late by more than this when the kernel decides about it. */
  readonly catchUpMs: number
  /** Whether the user asked for late slots, with `catchUp` or `misfire: { all }`. Always true for `once`. */
  readonly catchUpGiven: boolean
  readonly restart: ResolvedRestart
  readonly retry: ResolvedRetry | undefined
  /** The time in which the penalty for unstable health falls to half its value. */
  readonly flapMs: number
  readonly host?: HostConfig | undefined
  /** Whether a fleet decides which process runs each slot. */
  readonly fleet?: boolean
}

/** `waiting-retry`: between two attempts. `abandoned`: the run has its outcome, but its function is still running. */
export type RunPhase = 'running' | 'waiting-retry' | 'aborting' | 'abandoned'

export interface RunState {
  readonly id: number
  readonly trigger: Trigger
  /** Wall time or monotonic time, depending on the schedule. */
  readonly slot: number | undefined
  readonly generation: number
  readonly trial: boolean
  /** Monotonic time. */
  readonly startedAt: number
  attempt: number
  /**
   * The number of the first attempt in this process. Higher than 1 if an earlier process of the fleet left the run
   * unfinished.
   */
  readonly firstAttempt: number
  phase: RunPhase
  /** Monotonic time. `Infinity` if the phase has no time limit. */
  phaseEndsAt: number
  /** Only for abandoned runs: how long the run had lasted when it was abandoned. */
  ranMs: number | undefined
  abortedFor: AbortCause | undefined
  /** Set if `restart()` or a health rule aborted the run. */
  restartCause: RestartCause | undefined
  /** The run requested the stop of the supervisor, see `abortWave`. */
  askedStop: boolean
  isReady: boolean
  /**
   * The run started before the task was rescheduled or registered again. Its success does not finish a `once` task.
   */
  outdated: boolean
  /** The kernel never reads this field. */
  shell: unknown
}

export interface RunRequest {
  readonly trigger: Trigger
  readonly slot: number | undefined
  /** Identifies the waiting caller; 0 if no caller waits. */
  readonly requestId: number
}

export type TaskMode = 'registered' | 'armed' | 'backing-off' | 'parked' | 'failed' | 'finished' | 'stopped'

export interface KernelTask {
  readonly name: string
  config: TaskConfig
  mode: TaskMode
  paused: boolean
  /** Wall time; `Infinity` if only `resume()` ends the pause. */
  pausedUntil: number
  standby: boolean
  /** The task was unregistered. No further run starts. */
  removed: boolean
  /** The pending slot. `slotDueAt`: the monotonic time at which this slot is due; `Infinity` if no time is set. */
  slot: number | undefined
  slotDueAt: number
  /** The pending slot was due but was not allowed to run, so the slot waits. */
  held: boolean
  /**
   * The newest slot that was due, or that an earlier process or schedule has handled. This slot and older ones are
   * not planned again.
   */
  lastSlot: number
  /** Monotonic time of the next start of a loop that waits in a backoff or is parked. */
  wakeAt: number
  /** Active and abandoned runs, oldest first. */
  runs: RunState[] | undefined
  abandoned: number
  generation: number
  /** The one request that waits for a run to end. */
  queued: RunRequest | undefined
  /** Due slots that wait for an earlier run to end. Only used with the option `misfire: { all }`. */
  backlog: number[] | undefined
  ledger: RestartLedger | undefined
  host: HostState | undefined
  fleet: FleetState | undefined
  health: HealthState | undefined
  /** The monotonic time to which the timer of the task was last set. */
  armedAt: number
  /** The kernel never reads this field. */
  shell: unknown
}

export type Phase = 'new' | 'started' | 'draining' | 'stopping' | 'stopped'

export interface ShutdownState {
  readonly startedAt: number
  deadline: number
  readonly classGraceMs: number
  readonly reserveMs: number
  readonly flushMs: number
  readonly drain: boolean
  /**
   * The names of the tasks of each class, in the order of the stop. A dependency is never in an earlier class than a
   * task that needs it.
   */
  readonly classes: readonly (readonly string[])[]
  /** Index in `classes`; -1 before the first class. */
  current: number
  classStartedAt: number
  classDeadline: number
  /** Only with `drain`: the monotonic time at which runs that have not ended are aborted. */
  abortAt: number
  aborting: boolean
  /** A run of the class has been extended beyond `classDeadline`. */
  isExtended: boolean
  ending: string[]
}

export interface KernelState {
  phase: Phase
  readonly seed: number
  readonly tasks: Map<string, KernelTask>
  nextRunId: number
  /** Monotonic times that are reserved for restarts of loops, ascending. Restarts keep a gap to each other. */
  readonly restartTimes: number[]
  shutdown: ShutdownState | undefined
}

export function newKernel(seed: number): KernelState {
  return {
    phase: 'new',
    seed,
    tasks: new Map(),
    nextRunId: 1,
    restartTimes: [],
    shutdown: undefined,
  }
}

export function newTask(name: string, config: TaskConfig): KernelTask {
  return {
    name,
    config,
    mode: 'registered',
    paused: false,
    pausedUntil: Number.POSITIVE_INFINITY,
    standby: false,
    removed: false,
    slot: undefined,
    slotDueAt: Number.POSITIVE_INFINITY,
    held: false,
    lastSlot: Number.NEGATIVE_INFINITY,
    wakeAt: Number.POSITIVE_INFINITY,
    runs: undefined,
    abandoned: 0,
    generation: 0,
    queued: undefined,
    backlog: undefined,
    ledger: undefined,
    host: config.host && { open: [], takenEarly: undefined, stop: 'none' },
    fleet: config.fleet ? newFleetState() : undefined,
    health: undefined,
    armedAt: Number.POSITIVE_INFINITY,
    shell: undefined,
  }
}

/** Returns the number of runs without an outcome. */
export function liveRuns(task: KernelTask): number {
  return task.runs === undefined ? 0 : task.runs.length - task.abandoned
}

/** Returns a copy, so that a caller can end runs while it iterates. */
export function runsOf(task: KernelTask): readonly RunState[] {
  return task.runs === undefined ? [] : [...task.runs]
}

// A linear search would be slow: a task for spawned work may have thousands of runs.
function indexOfRun(runs: readonly RunState[], id: number): number {
  let low = 0
  let high = runs.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = runs[middle]?.id ?? id
    if (found === id) return middle
    if (found < id) low = middle + 1
    else high = middle - 1
  }
  return -1
}

export function outdateRuns({ runs }: KernelTask): void {
  for (const run of runs ?? []) run.outdated = true
}

export function findRun({ runs }: KernelTask, id: number): RunState | undefined {
  return runs === undefined ? undefined : runs[indexOfRun(runs, id)]
}

export function addRun(task: KernelTask, run: RunState): void {
  if (task.runs === undefined) task.runs = [run]
  else task.runs.push(run)
}

export function removeRun({ runs }: KernelTask, run: RunState): void {
  if (runs === undefined) return
  const index = indexOfRun(runs, run.id)
  if (index === runs.length - 1) runs.pop()
  else if (index >= 0) runs.splice(index, 1)
}

export function isOver({ mode }: KernelTask): boolean {
  return mode === 'finished' || mode === 'stopped' || mode === 'failed'
}

/** False after a manual restart or a resume during the trial, because both end the parking. */
export function isTrial({ ledger }: KernelTask, run: RunState): boolean {
  return run.trial && ledger !== undefined && ledger.parks > 0
}

export function isStuck(task: KernelTask): boolean {
  return task.abandoned > task.config.allowAbandoned
}

export function stateOf(task: KernelTask): TaskState {
  const { mode } = task
  if (mode === 'stopped' || mode === 'failed' || mode === 'finished') return mode
  if (isStuck(task)) return 'stuck'
  if (liveRuns(task) > 0) return 'running'
  if (mode !== 'armed') return mode
  return task.standby ? 'standby' : 'waiting'
}
