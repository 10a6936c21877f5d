import type { Fleet, FleetHost } from '../../src/adapter/index.ts'
import { MemoryFleet } from '../../src/testing/index.ts'

/** Through `host`, a test plays the store of the fleet. */
export function scriptedFleet(options: Partial<Omit<Fleet, 'join'>> = {}): {
  readonly fleet: Fleet
  readonly host: () => FleetHost | undefined
} {
  const member = new MemoryFleet().member()
  let host: FleetHost | undefined
  const fleet: Fleet = {
    name: 'the store',
    ...options,
    join(joined) {
      host = joined
      return member.join(joined)
    },
  }
  return { fleet, host: () => host }
}
