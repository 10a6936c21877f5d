import { expect, test } from 'vitest'
import { manual } from './manual.ts'

test('manual has no slots: it waits to be triggered', () => {
  const schedule = manual()

  expect(schedule.slots).toBeUndefined()
  expect(schedule.info.kind).toBe('manual')
  expect(schedule.info.text).toBe('manual')
  expect([schedule, schedule.info, schedule.policy].every(Object.isFrozen)).toBe(true)
})
