import type { TaskOptions } from '../src/index.ts'
import { schedules } from '../src/index.ts'
import { setUp } from './supervised.ts'

export async function started(options: Partial<TaskOptions> = {}) {
  const scene = setUp({ monitor: '1d' })
  const task = scene.supervisor.register({
    name: 'a',
    schedule: schedules.once({ after: '10s', keep: true }),
    run: () => {},
    ...options,
  })
  await scene.supervisor.start()
  const began = scene.clock.now()
  const runs = () =>
    scene.recorder
      .of('run.started', 'a')
      .map(({ at, scheduledAt }) => [
        (at - began) / 1_000,
        scheduledAt === undefined ? undefined : (scheduledAt - began) / 1_000,
      ])
  const skips = () => scene.recorder.of('run.skipped').map(({ reason, count }) => [reason, count])
  return { ...scene, task, began, runs, skips }
}
