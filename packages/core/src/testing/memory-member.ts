import type { ClockTimer } from '../base/clock.ts'
import type { FleetHost, FleetTask } from '../fleet/fleet.ts'

/** A member of the memory fleet: one supervisor, which stands for one process. */
export interface MemoryMember {
  readonly host: FleetHost
  readonly tasks: Map<string, FleetTask>
  /** `dead`: the supervisor still runs in the test, but the fleet ignores it. */
  state: 'up' | 'frozen' | 'dead'
  /** Wall time at which the member was last known to be alive. The fleet reports it as `goneAt`. */
  aliveAt: number
  /** Runs out when the member loses its runs because it is frozen or dead. */
  lease: ClockTimer | undefined
  /** Whether the lease has run out. Until then, a frozen or dead member still counts as one that has its tasks. */
  isLost: boolean
  /** Functions to call when a frozen member is thawed. */
  readonly whenThawed: (() => void)[]
}
