import { describe } from 'vitest'
import { type FleetBench, type FleetCase, type FleetCore, FleetScene } from './bench.ts'
import { controlCases } from './cases/control.ts'
import { healthCases } from './cases/health.ts'
import { leaseCases } from './cases/leases.ts'
import { outageCases } from './cases/outages.ts'
import { overlapCases } from './cases/overlap.ts'
import { slotCases } from './cases/slots.ts'
import { stopCases } from './cases/stops.ts'
import { takeoverCases } from './cases/takeovers.ts'
import { versionCases } from './cases/versions.ts'

const fleetCases: Readonly<Record<string, readonly FleetCase[]>> = {
  slots: slotCases,
  overlap: overlapCases,
  leases: leaseCases,
  takeovers: takeoverCases,
  control: controlCases,
  outages: outageCases,
  stops: stopCases,
  versions: versionCases,
  health: healthCases,
}

/** @param core - the exports of the copy of core that the fleet imports */
export function fleetConformance(
  name: string,
  makeBench: () => FleetBench | Promise<FleetBench>,
  core: FleetCore,
  it: (name: string, test: () => Promise<void>) => void,
): void {
  for (const [subject, cases] of Object.entries(fleetCases)) {
    describe(`${name}: ${subject}`, () => {
      for (const [sentence, tried] of cases) {
        it(sentence, async () => {
          const scene = new FleetScene(await makeBench(), core)
          try {
            await tried(scene)
          } finally {
            await scene.end()
          }
        })
      }
    })
  }
}
