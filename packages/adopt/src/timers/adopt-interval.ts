import { every, type Supervisor } from '@runwell/core'
import { adoptedTask } from '../base/adopted-tasks.ts'
import type { AdoptedJob, AdoptOptions } from '../base/options.ts'
import { wrapJob } from '../base/wrap-job.ts'
import type { Interval } from './interval.ts'

export function adoptInterval(
  interval: Interval,
  supervisor: Supervisor,
  optionsOf: (job: AdoptedJob) => AdoptOptions,
): void {
  const { periodMs, timer } = interval
  const schedule = `setInterval ${periodMs} ms`
  const { name = interval.name, expects, ...rest } = optionsOf({ name: interval.name, schedule })
  const task = adoptedTask(supervisor, interval, () => interval.isCleared, {
    name,
    ...rest,
    // Intervals of less than 1 s drift, and run late under load. Expecting a run only every second avoids false
    // alarms.
    expects: expects ?? every(Math.max(1_000, periodMs), { anchor: 'start', first: 'after-period' }),
    host: 'setInterval',
    control: {
      trigger: async () => void (await interval.runNow()),
      pause: () => interval.hold(true),
      resume: () => interval.hold(false),
      stop: () => {
        // Clearing the interval must not remove the task, because the stop still waits for the active run.
        interval.onCleared = () => {}
        globalThis.clearInterval(timer)
      },
    },
  })
  if (task === undefined) return
  interval.onHeld = () => task.skipped('paused')
  interval.onCleared = () => void task.hostRemoved()
  interval.run = wrapJob(task, interval.run)
}
