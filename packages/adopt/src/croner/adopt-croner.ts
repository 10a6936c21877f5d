import type { Supervisor } from '@runwell/core'
import { aFunction, check } from '@runwell/core/adapter'
import { adoptedTask, knownTask } from '../base/adopted-tasks.ts'
import { checkArguments } from '../base/check-arguments.ts'
import { callSite, taskName } from '../base/names.ts'
import { type AdoptOptions, checkAdoptOptions } from '../base/options.ts'
import { orUndo } from '../base/or-undo.ts'
import { wrapJob } from '../base/wrap-job.ts'
import type { CronerLike } from './croner-like.ts'
import { expectCroner } from './expect-croner.ts'
import { followLife } from './follow-life.ts'

type Job = (...args: unknown[]) => unknown

/**
 * Registers a task for a job of croner, and sets `run` as the function of the job. Returns the job. The job must not
 * have a function yet.
 *
 * The default name of the task is the first that exists: job name, name of `run`, file and line of the call.
 *
 * @throws {@link InvalidOptionError} if an argument or an option is invalid. Throws the error of croner if the job
 * already has a function.
 * @example adoptCroner(supervisor, new Cron('0 3 * * *', { name: 'backup' }), backup)
 */
export function adoptCroner<Host extends CronerLike>(
  supervisor: Supervisor,
  job: Host,
  run: NonNullable<Parameters<Host['schedule']>[0]>,
  options: AdoptOptions = {},
): Host {
  checkArguments(supervisor, 'job', job, 'a job of croner', [
    'schedule',
    'pause',
    'resume',
    'stop',
    'nextRun',
  ])
  check('run', run, aFunction)
  checkAdoptOptions('adoptCroner', options)
  if (knownTask(supervisor, job)) return job
  const own = run as unknown as Job
  let adopted = own
  const call: Job = function (this: unknown, ...args) {
    return Reflect.apply(adopted, this, args)
  }
  const {
    name = taskName(job.name ?? own.name) ?? callSite(adoptCroner) ?? 'croner',
    expects,
    ...rest
  } = options
  const [pause, resume, stop] = [job.pause.bind(job), job.resume.bind(job), job.stop.bind(job)]
  const task = adoptedTask(supervisor, job, () => job.isStopped(), {
    name,
    ...rest,
    expects: expects ?? expectCroner(name, job),
    host: 'croner',
    control: {
      trigger: () => job.trigger(),
      pause: () => void pause(),
      resume: () => void resume(),
      stop,
      nextRunAt: () => job.nextRun(),
    },
  })
  // `job.schedule` is called after `adoptedTask`, which checks the options. If the job already has a function,
  // `job.schedule` throws. Then the task is removed again.
  orUndo(
    () => job.schedule(call as never),
    () => task?.hostRemoved(),
  )
  if (task) adopted = followLife(task, job, wrapJob(task, own))
  return job
}
