import { expect, it } from 'vitest'
import { ticks } from '../specs.ts'
import { searchFleet } from './search.ts'

it('two processes keep the guarantees of a fleet in every state, whatever message gets lost', {
  timeout: 60_000,
}, () => {
  const { finding, states, moves } = searchFleet(ticks(1), 1)

  expect(finding).toBeUndefined()
  expect(states).toBeGreaterThan(500)
  expect(moves).toEqual(
    new Set([
      'answer',
      'answer is lost',
      'assign',
      'die',
      'due',
      'fail',
      'hear of the loss',
      'lose the lease',
      'run due',
      'settle',
      'stop',
      'tick',
      'up',
    ]),
  )
})
