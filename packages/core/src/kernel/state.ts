import type { AbortCause } from '../base/errors.ts'
import type { Priority, RestartCause, TaskState, Trigger } from '../base/words.ts'
import type { HealthState } from '../health/step-health.ts'
import type { RestartLedger } from '../restart/ledger.ts'
import type { ResolvedRestart } from '../restart/policy.ts'
import type { ResolvedRetry } from '../restart/retry.ts'
import type { Misfire, Planning } from '../schedule/schedule.ts'

/** What the kernel must know of a task; plain data. Times are milliseconds. */
export interface TaskConfig {
  readonly planning: Planning
  readonly priority: Priority
  readonly dependsOn: readonly string[]
  readonly overlap: 'skip' | 'queue' | 'cancel-previous' | 'parallel'
  /** Most live runs. */
  readonly limit: number
  /** `Infinity`: none. */
  readonly timeoutMs: number
  readonly abortGraceMs: number
  readonly allowAbandoned: number
  readonly misfire: Misfire
  readonly catchUpMs: number
  /** How late a slot may be before misfire `skip` drops it. */
  readonly lateMs: number
  readonly restart: ResolvedRestart
  readonly retry: ResolvedRetry | undefined
  /** Half-life of the flap damping. */
  readonly flapMs: number
}

/** Where a run is in its life. `waiting-retry`: between two attempts. `abandoned`: it has its outcome and lives on. */
export type RunPhase = 'running' | 'waiting-retry' | 'aborting' | 'abandoned'

export interface RunState {
  readonly id: number
  readonly trigger: Trigger
  /** On the schedule's own time line. */
  readonly slot: number | undefined
  readonly generation: number
  /** A trial of a parked task. */
  readonly trial: boolean
  /** Monotonic. */
  readonly startedAt: number
  attempt: number
  phase: RunPhase
  /** Monotonic: when `phase` is over by itself (timeout, next attempt, end of grace). `Infinity`: never. */
  phaseEndsAt: number
  /** How long it had run when it was abandoned. */
  ranMs: number | undefined
  abortedFor: AbortCause | undefined
  /** With `abortedFor: 'restart'`: who asked. */
  restartCause: RestartCause | undefined
  /** It asked for the stop of the supervisor, and is aborted last in its class, but for what its task depends on. */
  askedStop: boolean
  isReady: boolean
  /** What the shell keeps of it; nothing here reads it. */
  shell: unknown
}

/** A request for a run. */
export interface RunRequest {
  readonly trigger: Trigger
  readonly slot: number | undefined
  /** Who waits for the answer; 0 is nobody. The shell keeps input and function under it. */
  readonly requestId: number
}

/** What a task is doing besides its runs. */
export type TaskMode = 'registered' | 'armed' | 'backing-off' | 'parked' | 'failed' | 'finished' | 'stopped'

export interface KernelTask {
  readonly name: string
  config: TaskConfig
  mode: TaskMode
  paused: boolean
  standby: boolean
  /** It is leaving: no run begins, and it is forgotten when its last run has ended. */
  removed: boolean
  /** The pending slot, and the monotonic time at which it is due (`Infinity`: none pending). */
  slot: number | undefined
  slotDueAt: number
  /** The newest slot that was decided. */
  lastSlot: number
  /** Monotonic: when a backoff ends or a parked task has its trial. */
  wakeAt: number
  /** Live and abandoned runs, oldest first, so that their ids ascend; made with the first run. */
  runs: RunState[] | undefined
  abandoned: number
  generation: number
  /** The one run that waits under `queue` and `cancel-previous`, or after a restart by hand. */
  queued: RunRequest | undefined
  /** Missed slots that wait their turn under misfire `all`. */
  backlog: number[] | undefined
  ledger: RestartLedger | undefined
  /** Made when a rule or a run has said something. */
  health: HealthState | undefined
  /** What the shell was last told to arm for this task. */
  armedAt: number
  /** What the shell keeps of it; nothing here reads it. */
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
  /** Names by class, lowest first, dependencies promoted. */
  readonly classes: readonly (readonly string[])[]
  /** Index of the class that is ending; -1 before the first. */
  current: number
  classStartedAt: number
  classDeadline: number
  /** Under `drain`: when the class is aborted at last. */
  abortAt: number
  aborting: boolean
  /** Names of the class that had runs to end. */
  ending: string[]
}

/** Everything that decisions depend on. Plain data, but for what the shell hangs on to it. */
export interface KernelState {
  phase: Phase
  readonly seed: number
  readonly tasks: Map<string, KernelTask>
  nextRunId: number
  /** Due times of restarts, for their spacing. */
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
    standby: false,
    removed: false,
    slot: undefined,
    slotDueAt: Number.POSITIVE_INFINITY,
    lastSlot: Number.NEGATIVE_INFINITY,
    wakeAt: Number.POSITIVE_INFINITY,
    runs: undefined,
    abandoned: 0,
    generation: 0,
    queued: undefined,
    backlog: undefined,
    ledger: undefined,
    health: undefined,
    armedAt: Number.POSITIVE_INFINITY,
    shell: undefined,
  }
}

/** Runs that have no outcome yet. */
export function liveRuns(task: KernelTask): number {
  return task.runs === undefined ? 0 : task.runs.length - task.abandoned
}

/** All runs of a task as they are now, for who ends some of them on the way. */
export function runsOf(task: KernelTask): readonly RunState[] {
  return task.runs === undefined ? [] : [...task.runs]
}

/** Where the run `id` is among the runs of a task; -1 if it is not there. By halving: spawned work may have thousands. */
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

export function findRun({ runs }: KernelTask, id: number): RunState | undefined {
  return runs === undefined ? undefined : runs[indexOfRun(runs, id)]
}

/** Adds a run that is younger than all of the task's. */
export function addRun(task: KernelTask, run: RunState): void {
  if (task.runs === undefined) task.runs = [run]
  else task.runs.push(run)
}

export function removeRun({ runs }: KernelTask, run: RunState): void {
  if (runs === undefined) return
  const place = indexOfRun(runs, run.id)
  if (place === runs.length - 1) runs.pop()
  else if (place >= 0) runs.splice(place, 1)
}

/** Whether abandoned runs block the next one. */
export function isStuck(task: KernelTask): boolean {
  return task.abandoned > task.config.allowAbandoned
}

/** The public name of where a task is. */
export function stateOf(task: KernelTask): TaskState {
  const { mode } = task
  if (mode === 'stopped' || mode === 'failed' || mode === 'finished') return mode
  if (isStuck(task)) return 'stuck'
  if (liveRuns(task) > 0) return 'running'
  if (mode !== 'armed') return mode
  return task.standby ? 'standby' : 'waiting'
}
