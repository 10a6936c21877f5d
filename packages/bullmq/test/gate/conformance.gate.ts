import { setTimeout as sleep } from 'node:timers/promises'
import { Supervisor } from '@runwell/core'
import type { Fleet } from '@runwell/core/adapter'
import { recordEvents } from '@runwell/core/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { FleetBench } from '../../../core/test/fleet/bench.ts'
import { fleetConformance } from '../../../core/test/fleet/conformance.ts'
import { bullmqFleet } from '../../src/bullmq-fleet.ts'
import { StoreProxy } from './proxy.ts'
import { type Store, stores } from './stores.ts'

const leaseMs = 3_000
let queues = 0

/** A test can cut off one member, because each member has its own proxy. */
async function benchOn(store: Store): Promise<FleetBench> {
  queues += 1
  const queue = `c${queues}`
  const spare = await Promise.all(Array.from({ length: 4 }, () => StoreProxy.start(store.port)))
  const proxies = new Map<Fleet, StoreProxy>()
  const weather = (fleet: Fleet, now: StoreProxy['weather']): void => {
    const proxy = proxies.get(fleet)
    if (proxy) proxy.weather = now
  }
  const all = (now: StoreProxy['weather']): void => {
    for (const proxy of [...proxies.values(), ...spare]) proxy.weather = now
  }
  return {
    clock: undefined,
    leaseMs,
    member: ({ version } = {}) => {
      const proxy = spare.pop()
      if (proxy === undefined) throw new Error('Expected at most 4 processes')
      const fleet = bullmqFleet({
        ...store.through(proxy.port),
        queue,
        version,
        takeOverWithin: leaseMs,
        pollEvery: '50ms',
      })
      proxies.set(fleet, proxy)
      return fleet
    },
    pass: (ms) => sleep(ms),
    kill: (fleet) => weather(fleet, 'cut'),
    freeze: (fleet) => weather(fleet, 'stalled'),
    thaw: (fleet) => weather(fleet, 'open'),
    storeDown: () => all('cut'),
    storeUp: () => all('open'),
    end: () => {
      for (const proxy of [...proxies.values(), ...spare]) proxy.close()
    },
  }
}

for (const [name, start] of Object.entries(stores)) {
  describe(name, () => {
    let store: Store
    beforeAll(async () => {
      store = await start()
    })
    afterAll(() => store[Symbol.asyncDispose]())

    fleetConformance(
      name,
      () => benchOn(store),
      { Supervisor, recordEvents },
      (sentence, test) => it.concurrent(sentence, test, 60_000),
    )
  })
}
