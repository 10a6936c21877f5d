import type { Supervisor } from '@runwell/core'
import { expect, it } from 'vitest'
import { newest, oldest } from './harnesses/all.ts'
import { withTime } from './with-time.ts'

const minute = 60_000
const libraries = [...newest, ...oldest].filter(({ name }) => /cron/.test(name))
const job = async (): Promise<void> => {}

it.each(
  libraries.flatMap(({ name, harness }) =>
    [
      ['goes forward', '2026-03-29T00:55:00Z'],
      ['goes back', '2026-10-24T23:55:00Z'],
    ].flatMap(([change = '', startAt = '']) =>
      ['30 2 * * *', '*/30 2 * * *'].map((pattern) => ({ name, harness, change, startAt, pattern })),
    ),
  ),
)(
  '$name: a job of $pattern is not reported as missing when the clock $change',
  ({ harness, ...given }) =>
    withTime(async ({ clock, supervisor, events }) => {
      const start = (adopting: Supervisor) =>
        harness(given.pattern, minute, 'Europe/Berlin').start({
          supervisor: adopting,
          clock,
          name: 'backup',
          job,
          report: (error) => expect.fail(String(error)),
        })
      const hosted = await start(supervisor)
      await clock.advance('150m')

      expect(events.of('run.missed')).toEqual([])
      expect(supervisor.task('backup')?.health().status).not.toBe('unhealthy')
      await hosted.remove()
    }, given.startAt),
  30_000, // croner 9 needs milliseconds to find its next run, and searches it every 30 s
)
