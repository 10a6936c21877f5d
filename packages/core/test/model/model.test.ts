import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newHealth } from '../../src/health/step-health.ts'
import { newLedger } from '../../src/restart/ledger.ts'
import { KernelScene } from '../kernel-scene.ts'
import { configurations } from './configurations.ts'
import { Coverage } from './coverage.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { movesOf } from './moves.ts'
import { perform } from './perform.ts'
import { search } from './search.ts'
import { timelineOf } from './timeline.ts'
import {
  healthFields,
  kernelFields,
  ledgerFields,
  requestFields,
  runFields,
  shutdownFields,
  taskFields,
} from './treatment.ts'
import { newWorld } from './world.ts'

/** The search of these configurations takes a few seconds. `npm run test:model` searches all configurations. */
const small = ['queue', 'loop-failed']
const watch = { coverage: new Coverage(), onStep: undefined }

describe('the kernel', () => {
  for (const configuration of configurations.filter(({ name }) => small.includes(name))) {
    it(`keeps every invariant in every state of '${configuration.name}'`, { timeout: 120_000 }, () => {
      const { isExhausted, finding } = search(configuration)

      expect(finding && timelineOf(configuration, finding.path)).toBeUndefined()
      expect(isExhausted).toBe(true)
    })
  }
})

describe('the key of a state', () => {
  it("handles every field of the kernel's state", () => {
    const scene = new KernelScene()
    const record = scene.add('a', { planning: 'loop', overlap: 'queue' })
    scene.send({ type: 'start' })
    scene.send({ type: 'restart', task: 'a', cause: 'manual', requestId: 1, progress: false })
    scene.stop()
    const fields = (value: object | undefined) => new Set(Object.keys(value ?? {}))

    expect(fields(scene.state)).toEqual(fields(kernelFields))
    expect(fields(record)).toEqual(fields(taskFields))
    expect(fields(record.runs?.[0])).toEqual(fields(runFields))
    expect(fields(record.queued)).toEqual(fields(requestFields))
    expect(fields(newLedger())).toEqual(fields(ledgerFields))
    expect(fields(scene.state.shutdown)).toEqual(fields(shutdownFields))
    expect(fields(newHealth())).toEqual(fields(healthFields))
  })

  it('contains everything that the future depends on', () => {
    const steps = fc.array(fc.nat(), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(fc.constantFrom(...configurations), steps, (configuration, picks) => {
        const whole = newWorld(configuration)
        for (const pick of picks) {
          const fromKey = decode(configuration, encode(whole))
          const moves = movesOf(whole)
          const move = moves[pick % moves.length]
          if (!move) return

          perform(whole, move, watch)
          perform(fromKey, move, watch)

          // A key contains no data about flapping. So a decoded world may behave differently once a task flaps.
          const tasks = [...whole.kernel.tasks.values()]
          if (tasks.some(({ health }) => health?.flap?.flapping)) return
          expect(encode(fromKey)).toEqual(encode(whole))
        }
      }),
      { numRuns: 300 },
    )
  })
})
