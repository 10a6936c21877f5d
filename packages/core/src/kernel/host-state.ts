/** Settings of a task whose runs are started by a host. */
export interface HostConfig {
  /** How long after its slot a run may begin. After that the slot is missed. */
  readonly graceMs: number
  /** How long before its slot a run may begin. */
  readonly earlyMs: number
  /**
   * Whether the next slot is planned from the start of the newest run, because the host counts its period from there.
   */
  readonly followsRuns: boolean
  /** Whether a shutdown stops the host together with the class of the task. */
  readonly stops: boolean
}

/** A slot that is due and waits for a run of the host. */
export interface OpenSlot {
  readonly slot: number
  /** Monotonic time at which the slot is missed. */
  readonly until: number
}

export interface HostState {
  /** Oldest first. */
  readonly open: OpenSlot[]
  /** The pending slot, if the host has run or skipped it before its time. */
  takenEarly: number | undefined
  /** `expired`: the time for the class of the task was over before the host had stopped. */
  stop: 'none' | 'asked' | 'ended' | 'expired'
}
