import { expect, test } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { loop } from './loop.ts'

test('loop has neither slots nor a period', () => {
  const schedule = loop()

  expect(schedule.slots).toBeUndefined()
  expect(schedule.info.waitsForReady).toBeUndefined()
  expect(schedule.info).toEqual({
    kind: 'loop',
    startedBy: 'supervisor',
    hasSlots: false,
    recurring: false,
    restarts: true,
    text: 'loop',
    periodMs: undefined,
    cron: undefined,
    timeZone: undefined,
  })
})

test('loop can gate readiness', () => {
  expect(loop({ ready: true }).info.waitsForReady).toBe(true)
})

test('loop is frozen', () => {
  const schedule = loop()

  expect([schedule, schedule.info, schedule.policy].every(Object.isFrozen)).toBe(true)
})

test.each([
  [{ ready: 1 }, 'loop.ready'],
  [{ readyWhen: 'armed' }, 'loop.readyWhen'],
])('loop(%o) is rejected: %s', (options, option) => {
  const call = () => loop(options as object)

  expect(call).toThrow(InvalidOptionError)
  expect(call).toThrow(expect.objectContaining({ option }))
})
