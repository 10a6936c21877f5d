import { expect, it } from 'vitest'
import { nearMiss } from './near-miss.ts'

const known = ['timeout', 'timeZone', 'max', 'at', 'drainDelay', 'catchUp', 'overlap']

it.each([
  ['timeOut', 'timeout'],
  ['time_out', 'timeout'],
  ['tiemout', 'timeout'],
  ['timout', 'timeout'],
  ['timeoutMs', 'timeout'],
  ['timezone', 'timeZone'],
  ['drain-delay', 'drainDelay'],
  ['drainDealy', 'drainDelay'],
  ['catchup', 'catchUp'],
  ['mx', 'max'],
  ['overlaps', 'overlap'],
])('finds for %s the word %s', (word, meant) => {
  expect(nearMiss(word, known)).toBe(meant)
})

it.each(['concurrency', 'x', '', 'min', 'delay', 'up', 'lap'.repeat(5_000)])(
  'finds nothing for %s',
  (word) => {
    expect(nearMiss(word, known)).toBeUndefined()
  },
)

it('prefers the closest word', () => {
  expect(nearMiss('budgets', ['budge', 'budget', 'gadgets'])).toBe('budget')
})
