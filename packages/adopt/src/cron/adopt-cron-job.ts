import { InvalidOptionError, type Supervisor } from '@runwell/core'
import { adoptedTask, knownTask } from '../base/adopted-tasks.ts'
import { checkArguments } from '../base/check-arguments.ts'
import { callSite, taskName } from '../base/names.ts'
import { type AdoptOptions, checkAdoptOptions } from '../base/options.ts'
import { wrapJob } from '../base/wrap-job.ts'
import type { CronJobLike, CronJobParamsLike } from './cron-like.ts'
import { expectCronJob } from './expect-cron-job.ts'
import { followJob, isActive, isJob, isPausedByHost } from './follow-job.ts'

/**
 * Registers a task for a job of the package cron. Create the job with the returned parameters.
 *
 * The default name of the task is the first that exists: job name, name of the function, file and line of the call. A
 * function with the name `onTick` counts as a function without a name.
 *
 * @throws {@link InvalidOptionError} if an argument or an option is invalid, for example if `onTick` is a command
 * instead of a function
 * @example const job = CronJob.from(adoptCronJob(supervisor, { name: 'backup', cronTime: '0 3 * * *', onTick: backup }))
 */
export function adoptCronJob<Params extends CronJobParamsLike>(
  supervisor: Supervisor,
  params: Params,
  options: AdoptOptions = {},
): Params {
  checkArguments(supervisor, 'params', params, 'an object of parameters for CronJob.from()', [])
  checkAdoptOptions('adoptCronJob', options)
  const own: unknown = params.onTick
  if (typeof own !== 'function')
    throw new InvalidOptionError(
      'onTick',
      'a function; start the command in it, and return a promise of its end',
      own,
    )
  if (knownTask(supervisor, own)) return params
  let job: CronJobLike | undefined
  let isOver = false
  /** The parameters can create several jobs. These have run, and may still be active. */
  const jobs = new Set<CronJobLike>()
  /** For each job that has run: a function that `onTick` must call. */
  const noteTicks = new WeakMap<CronJobLike, () => void>()
  function onTick(this: unknown, ...args: unknown[]): unknown {
    if (isJob(this)) note(this)
    if (isOver) return task.skipped('stopping')
    return task.paused && !isPausedByHost(task) ? task.skipped('paused') : Reflect.apply(run, this, args)
  }
  const fromFunction = own.name === 'onTick' ? undefined : own.name
  const {
    name = taskName(params.name ?? fromFunction) ?? callSite(adoptCronJob) ?? 'cron',
    expects,
    ...rest
  } = options
  const found = adoptedTask(supervisor, onTick, () => isOver || (job !== undefined && !isActive(job)), {
    name,
    ...rest,
    expects: expects ?? expectCronJob(name, params),
    host: 'cron',
    control: {
      trigger: async () => void (await (job ? job.fireOnTick() : Reflect.apply(run, params.context, []))),
      // If `pause` stopped the job, cron would call `onComplete`. Instead, `onTick` skips the runs of a paused task.
      pause: () => {},
      resume: () => {},
      stop: async () => {
        isOver = true
        // With `async`, an error of one `stop` does not keep the other jobs running.
        await Promise.all([...jobs].map(async (each) => each.stop()))
      },
    },
  })
  if (found === undefined) return params
  const task = found
  const note = (host: CronJobLike): void => {
    job = host
    for (const other of jobs) if (!isActive(other)) jobs.delete(other)
    jobs.add(host)
    const noteTick = noteTicks.get(host)
    if (noteTick) return noteTick()
    const scheduleOf = (cronTime: unknown) => expectCronJob(task.name, { ...params, cronTime })
    noteTicks.set(host, followJob(task, host, scheduleOf))
  }
  const run = wrapJob(task, own as (...args: unknown[]) => unknown)
  return { ...params, onTick }
}
