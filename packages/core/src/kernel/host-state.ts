export interface HostConfig {
  /** How late the host may start the run of a slot. */
  readonly graceMs: number
  /** How early the host may start the run of a slot. */
  readonly earlyMs: number
  /** Whether the host counts its period from the start of the newest run. */
  readonly followsRuns: boolean
  /** Whether a shutdown must stop the host. */
  readonly stops: boolean
}

export interface OpenSlot {
  readonly slot: number
  /** Monotonic time. If the host has not run or skipped the slot by then, the slot is missed. */
  readonly until: number
}

export interface HostState {
  readonly open: OpenSlot[]
  /** The pending slot, if the host has handled it before it was due. */
  takenEarly: number | undefined
  /** `expired`: the host did not stop in time. */
  stop: 'none' | 'asked' | 'ended' | 'expired'
}
