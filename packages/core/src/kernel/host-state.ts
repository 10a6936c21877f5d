export interface HostConfig {
  /** How long after its slot a run may begin. */
  readonly graceMs: number
  /** How long before its slot a run may begin. */
  readonly earlyMs: number
  /** Whether the host counts its period from the start of the newest run. */
  readonly followsRuns: boolean
  /** Whether a shutdown must stop the host. */
  readonly stops: boolean
}

export interface OpenSlot {
  readonly slot: number
  /** Monotonic time at which the slot is missed. */
  readonly until: number
}

export interface HostState {
  readonly open: OpenSlot[]
  /** The pending slot, if the host has run or skipped it early. */
  takenEarly: number | undefined
  /** `expired`: the host did not stop in time. */
  stop: 'none' | 'asked' | 'ended' | 'expired'
}
