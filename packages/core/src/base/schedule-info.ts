/** A schedule as plain data. */
export interface ScheduleInfo {
  /** With `call` and `spawn`, other code starts the runs. */
  readonly kind: 'every' | 'delay' | 'cron' | 'loop' | 'once' | 'manual' | 'call' | 'spawn'
  /**
   * What starts the runs.
   *
   * - `supervisor`: the schedule, `trigger()` or `restart()`.
   * - `trigger`: only `trigger()` or `restart()`.
   * - `spawn`: `spawn()`.
   * - `call`: other code.
   */
  readonly startedBy: 'supervisor' | 'trigger' | 'spawn' | 'call'
  /** Whether the times at which runs are due are known in advance. */
  readonly hasSlots: boolean
  /** Whether the schedule has more than one slot. */
  readonly recurring: boolean
  /**
   * True for a loop. The run of a loop should not end. If it ends, the restart policy decides whether it is
   * restarted. The runs of an external loop are connections, which the supervisor does not restart.
   */
  readonly restarts: boolean
  /**
   * True for `loop({ ready: true })`. A run of this loop is up only after it has called `ready()` or `beat()`, or has
   * ended a unit.
   */
  readonly waitsForReady?: true
  /** The schedule as text, for instance `every 30s` or `cron 0 3 * * * (Europe/Berlin)`. */
  readonly text: string
  /**
   * The period of `every` and `delay`, in milliseconds. For `cron`, it is the shortest distance between two
   * slots. An hour that a clock change adds or removes does not count.
   */
  readonly periodMs: number | undefined
  readonly cron: string | undefined
  readonly timeZone: string | undefined
}

/** Without `ready: true`, a loop also counts as up when a run has lasted for this time. */
const loopUpAfterMs = 10_000

/**
 * Returns how long a run of a loop must last to be up even without `ready()` or `beat()`. `Infinity` for
 * `loop({ ready: true })`.
 */
export function upAfterMs({ waitsForReady }: ScheduleInfo): number {
  return waitsForReady ? Number.POSITIVE_INFINITY : loopUpAfterMs
}

export type ScheduleKind = ScheduleInfo['kind']

type ScheduleProperties = Pick<ScheduleInfo, 'startedBy' | 'hasSlots' | 'recurring' | 'restarts'>

const recurring = { startedBy: 'supervisor', hasSlots: true, recurring: true, restarts: false } as const
const withoutSlots = { hasSlots: false, recurring: false, restarts: false } as const

const properties: Readonly<Record<ScheduleKind, ScheduleProperties>> = {
  every: recurring,
  delay: recurring,
  cron: recurring,
  loop: { startedBy: 'supervisor', hasSlots: false, recurring: false, restarts: true },
  once: { startedBy: 'supervisor', hasSlots: true, recurring: false, restarts: false },
  manual: { startedBy: 'trigger', ...withoutSlots },
  call: { startedBy: 'call', ...withoutSlots },
  spawn: { startedBy: 'spawn', ...withoutSlots },
}

export const scheduleKinds = Object.keys(properties) as readonly ScheduleKind[]

export function scheduleInfo(
  kind: ScheduleKind,
  text: string,
  times: Partial<Pick<ScheduleInfo, 'periodMs' | 'cron' | 'timeZone'>> = {},
): ScheduleInfo {
  const { startedBy, hasSlots, recurring, restarts } = properties[kind]
  const { periodMs, cron, timeZone } = times
  return Object.freeze({ kind, startedBy, hasSlots, recurring, restarts, text, periodMs, cron, timeZone })
}

export function isExternal({ startedBy }: ScheduleInfo): boolean {
  return startedBy === 'spawn' || startedBy === 'call'
}
