import type { ClockTimer } from '../base/clock.ts'
import type { FleetHost, FleetTask } from '../fleet/fleet.ts'

/** One supervisor of the test, which stands for one process. */
export interface MemoryMember {
  readonly host: FleetHost
  readonly tasks: Map<string, FleetTask>
  /** `dead`: the supervisor still runs, but the fleet ignores it. */
  state: 'up' | 'frozen' | 'dead'
  aliveAt: number
  lease: ClockTimer | undefined
  /** True once the lease has expired. From then on, other members take over the runs of this member. */
  isLost: boolean
  readonly whenThawed: (() => void)[]
}
