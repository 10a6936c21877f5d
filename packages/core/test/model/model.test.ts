import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { configurations } from './configurations.ts'
import { Coverage } from './coverage.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { movesOf } from './moves.ts'
import { perform } from './perform.ts'
import { search } from './search.ts'
import { timelineOf } from './timeline.ts'
import { newWorld } from './world.ts'

/** Those that are searched within a second or so; `npm run test:model` searches all. */
const small = ['queue', 'misfire-skip']
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
  it('holds all that the future depends on', () => {
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

          expect(encode(fromKey)).toEqual(encode(whole))
        }
      }),
      { numRuns: 300 },
    )
  })
})
