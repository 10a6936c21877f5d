import type { ExternalOptions } from '../src/index.ts'
import { cron } from '../src/index.ts'
import { setUp } from './supervised.ts'

export const minute = 60_000

export async function started(options: Partial<ExternalOptions> = {}) {
  const scene = setUp({ startAt: '2026-01-01T00:00:00Z' })
  const task = scene.supervisor.external({
    name: 'job',
    expects: cron('* * * * *', { timeZone: 'UTC' }),
    ...options,
  })
  await scene.supervisor.start()
  const { recorder, clock } = scene
  const told = (): unknown[] =>
    recorder.events.flatMap((event): unknown[] => {
      if (event.type === 'run.started') return [[event.trigger, seconds(event.scheduledAt)]]
      if (event.type === 'run.skipped')
        return [['skipped', event.reason, event.count, seconds(event.scheduledAt)]]
      if (event.type === 'run.missed')
        return [['missed', event.count, seconds(event.from), seconds(event.to)]]
      return []
    })
  const start = Date.parse('2026-01-01T00:00:00Z')
  const seconds = (at: number | undefined): number | undefined =>
    at === undefined ? undefined : (at - start) / 1_000
  const runAt = async (...times: readonly number[]): Promise<void> => {
    for (const at of times) {
      await clock.advance(start + at * 1_000 - clock.now())
      task.begin().end()
    }
  }
  const until = async (at: number): Promise<void> => clock.advance(start + at * 1_000 - clock.now())
  return { ...scene, task, told, runAt, until }
}
