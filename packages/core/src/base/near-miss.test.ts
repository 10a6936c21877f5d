import { expect, it } from 'vitest'
import { nearMiss } from './near-miss.ts'

const known = ['timeout', 'timeZone', 'max', 'at', 'drainDelay', 'catchUp', 'overlap', 'retry']

it.each<[string, string, string[]?]>([
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
  ['retries', 'retry'],
  ['RETRIES', 'retry'],
  ['retry', 'retries', ['retries']],
  ['max_tries', 'maxTry', ['maxTry']],
  ['timeouts', 'timeout'],
  ['schedules', 'schedule', ['schedule']],
  ['tag', 'tags', ['tags']],
  ['priorities', 'priority', ['priority']],
  ['category', 'categories', ['categories']],
  ['entires', 'entries', ['entries']],
  ['patches', 'patch', ['patch']],
  ['prio', 'priority', ['owner', 'priority']],
  ['drain', 'drainDelay'],
])('finds for %s the word %s', (word, meant, among = known) => {
  expect(nearMiss(word, among)).toBe(meant)
})

it.each([
  'concurrency',
  'x',
  '',
  'min',
  'delay',
  'up',
  'series',
  'yes',
  'ies',
  're',
  'time',
  'lap'.repeat(5_000),
])('finds nothing for %s', (word) => {
  expect(nearMiss(word, known)).toBeUndefined()
})

it('prefers the closest word', () => {
  expect(nearMiss('budgets', ['budge', 'budget', 'gadgets'])).toBe('budget')
})
