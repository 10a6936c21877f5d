import { expect, test, vi } from 'vitest'

test.each([
  ['call', 'called by others', 'call'],
  ['spawn', 'spawned', 'manual'],
] as const)(
  '%s: work that other code starts has no slots and a neutral policy; its text is %s',
  async (kind, text, planning) => {
    vi.resetModules() // the module creates both schedules when it is loaded
    const { external } = await import('./external.ts')

    const schedule = external(kind)

    expect(schedule).toEqual({
      info: {
        kind,
        text,
        startedBy: kind,
        hasSlots: false,
        recurring: false,
        restarts: false,
        periodMs: undefined,
        cron: undefined,
        timeZone: undefined,
      },
      slots: undefined,
      policy: {
        planning,
        dst: undefined,
        misfire: 'coalesce',
        catchUpMs: 0,
        catchUpGiven: false,
        jitterMs: 0,
        spreadMs: 0,
        delayMs: undefined,
        first: 'at-once',
        unregistersWhenFinished: false,
      },
    })
    expect([schedule, schedule.info, schedule.policy].every(Object.isFrozen)).toBe(true)
  },
)
