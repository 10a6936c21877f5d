import { expect, test } from 'vitest'
import { external } from './external.ts'

test.each([
  ['call', 'called by others'],
  ['spawn', 'spawned'],
] as const)('%s: what others start has no slots, and no rules of its own: it is %s', (kind, text) => {
  const schedule = external(kind)

  expect(schedule).toEqual({
    info: { kind, text, periodMs: undefined, cron: undefined, timeZone: undefined },
    slots: undefined,
    rules: {
      misfire: 'coalesce',
      catchUpMs: 0,
      jitterMs: 0,
      spreadMs: 0,
      delayMs: undefined,
      first: 'at-once',
      gatesReady: false,
      keep: false,
    },
  })
  expect([schedule, schedule.info, schedule.rules].every(Object.isFrozen)).toBe(true)
})
