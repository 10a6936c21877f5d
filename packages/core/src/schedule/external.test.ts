import { expect, test, vi } from 'vitest'

test.each([
  ['call', 'called by others'],
  ['spawn', 'spawned'],
] as const)('the schedule of kind %s has no slots and a plain policy: %s', async (kind, text) => {
  vi.resetModules() // the module creates both schedules when it is loaded
  const { external } = await import('./external.ts')

  const schedule = external(kind)

  expect(schedule).toEqual({
    info: { kind, text, periodMs: undefined, cron: undefined, timeZone: undefined },
    slots: undefined,
    policy: {
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
  expect([schedule, schedule.info, schedule.policy].every(Object.isFrozen)).toBe(true)
})
