import { it } from 'vitest'
import { Supervisor } from '../../src/index.ts'
import { MemoryFleet, recordEvents, VirtualClock } from '../../src/testing/index.ts'
import type { FleetBench } from './bench.ts'
import { fleetConformance } from './conformance.ts'

function memoryBench(): FleetBench {
  const clock = new VirtualClock({ settle: 'microtasks' })
  const fleet = new MemoryFleet({ lease: '3s' })
  return {
    clock,
    leaseMs: fleet.leaseMs,
    member: (options) => fleet.member(options),
    pass: (ms) => clock.advance(ms),
    kill: (member) => fleet.kill(member),
    freeze: (member) => fleet.freeze(member),
    thaw: (member) => fleet.thaw(member),
    storeDown: () => fleet.storeDown(),
    storeUp: () => fleet.storeUp(),
    end: () => {},
  }
}

fleetConformance('in memory', memoryBench, { Supervisor, recordEvents }, it)
