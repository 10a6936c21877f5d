import { expect, test } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { type DelayOptions, delay } from './delay.ts'

test('delay pauses after each run and has no slots of its own', () => {
  const schedule = delay('5m', { first: 'after-period', jitter: '10s' })

  expect(schedule.slots).toBeUndefined()
  expect(schedule.policy).toMatchObject({
    delayMs: 300_000,
    jitterMs: 10_000,
    spreadMs: 10_000,
    first: 'after-period',
    catchUpMs: Number.POSITIVE_INFINITY,
  })
  expect(schedule.info).toEqual({
    kind: 'delay',
    startedBy: 'supervisor',
    hasSlots: true,
    recurring: true,
    restarts: false,
    text: '5m after each run',
    periodMs: 300_000,
    cron: undefined,
    timeZone: undefined,
  })
})

test('delay runs at the start by default', () => {
  expect(delay('1s').policy.first).toBe('at-start')
})

test('delay spreads its first run over the pause, at most over 10 s', () => {
  expect(delay('4s').policy.spreadMs).toBe(4_000)
  expect(delay('1m').policy.spreadMs).toBe(10_000)
  expect(delay('1m', { immediate: true }).policy.spreadMs).toBe(0)
  expect(delay('1m', { immediate: false }).policy.spreadMs).toBe(10_000)
})

test('delay is frozen', () => {
  const schedule = delay('1s')

  expect([schedule, schedule.info, schedule.policy].every(Object.isFrozen)).toBe(true)
})

test.each([
  [0, {}, 'delay.period'],
  ['1w', {}, 'delay.period'],
  ['1s', { jitter: '500ms' }, 'delay.jitter'],
  ['1s', { first: 'never' }, 'delay.first'],
  ['1s', { immediate: 'yes' }, 'delay.immediate'],
  ['1s', { misfire: 'skip' }, 'delay.misfire'],
])('delay(%o, %o) is rejected: %s', (period, options, option) => {
  const call = () => delay(period as '1s', options as DelayOptions)

  expect(call).toThrow(InvalidOptionError)
  expect(call).toThrow(expect.objectContaining({ option }))
})
