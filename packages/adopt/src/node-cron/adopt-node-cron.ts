import type { ExternalTask, Supervisor } from '@runwell/core'
import { adoptedTask } from '../base/adopted-tasks.ts'
import { checkArguments } from '../base/check-arguments.ts'
import { expectCron, graceWithDelay } from '../base/expect-cron.ts'
import { callSite, taskName } from '../base/names.ts'
import { type AdoptEach, optionsFor } from '../base/options.ts'
import { orUndo } from '../base/or-undo.ts'
import { wrapJob } from '../base/wrap-job.ts'
import { followRuns, followState, hasEnded } from './follow-events.ts'
import type { CronOptionsLike, NodeCronLike, ScheduledTaskLike } from './node-cron-like.ts'

type Job = (...args: unknown[]) => unknown
type Create = (expression: string, job: Job | string, options?: CronOptionsLike) => ScheduledTaskLike

const supervisors = new WeakMap<object, Supervisor>()

/**
 * Returns a copy of node-cron. Each job that is scheduled with the copy gets a task of `supervisor`.
 *
 * The default name of a task is the first that exists: job name, name of the function or file, file and line
 * of the call.
 *
 * @param options - options for all tasks, or a function that returns the options for one job
 * @throws {@link InvalidOptionError} if `nodeCron` or `supervisor` has the wrong type, or if an option is invalid. If
 * `options` is a function that returns an invalid option, the call that schedules the job throws.
 * @example const cron = adoptNodeCron(nodeCron, supervisor)
 */
export function adoptNodeCron<Host extends NodeCronLike>(
  nodeCron: Host,
  supervisor: Supervisor,
  options?: AdoptEach,
): Host {
  checkArguments(supervisor, 'nodeCron', nodeCron, 'node-cron', ['schedule', 'createTask'])
  const optionsOf = optionsFor('adoptNodeCron', options)
  if (supervisors.get(nodeCron) === supervisor) return nodeCron
  const facade = {
    ...nodeCron,
    schedule: adopting(nodeCron.schedule as unknown as Create, supervisor, optionsOf),
    createTask: adopting(nodeCron.createTask as unknown as Create, supervisor, optionsOf),
  }
  if ('default' in facade) facade.default = facade
  supervisors.set(facade, supervisor)
  return facade
}

function adopting(create: Create, supervisor: Supervisor, optionsOf: ReturnType<typeof optionsFor>): Create {
  return function schedule(expression, job, options) {
    let run = job
    const call: Job = function (this: unknown, ...args) {
      return Reflect.apply(run as Job, this, args)
    }
    const scheduled = create(expression, typeof job === 'function' ? call : job, options)
    const given = taskName(
      options?.name ?? (typeof job === 'function' ? job.name : job.replace(/^.*[/\\]/, '')),
    )
    const name = given ?? callSite(schedule) ?? 'node-cron'
    const adopt = (): ExternalTask | undefined => {
      const { name: own = name, expects, ...rest } = optionsOf({ name, schedule: expression })
      const isGone = hasEnded(scheduled)
      const expected = expects ?? expectCron(name, expression, { days: 'both', timeZone: options?.timezone })
      return adoptedTask(supervisor, scheduled, isGone, {
        name: own,
        ...graceWithDelay(expected, options?.maxRandomDelay),
        ...rest,
        expects: expected,
        host: 'node-cron',
        control: {
          trigger: () => scheduled.execute(),
          pause: () => scheduled.stop(),
          resume: () => scheduled.start(),
          stop: () => scheduled.stop(),
          nextRunAt: () => scheduled.getNextRun() ?? undefined,
        },
      })
    }
    // If the options are invalid, `schedule` throws, and the caller gets no job. Then `destroy` stops the job,
    // because node-cron would still run it.
    const task = orUndo(adopt, () => scheduled.destroy())
    if (task === undefined) return scheduled
    if (typeof job === 'function') run = wrapJob(task, job)
    else followRuns(task, scheduled)
    followState(task, scheduled, options)
    return scheduled
  }
}
