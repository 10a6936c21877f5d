import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import type { ExternalOptions, ExternalTask, Supervisor } from '@runwell/core'
import { aFunction, check, takes } from '@runwell/core/adapter'
import { adoptedTask, knownTask } from '../base/adopted-tasks.ts'
import { aSupervisor } from '../base/check-arguments.ts'
import { taskName } from '../base/names.ts'
import { type AdoptOptions, checkAdoptOptions } from '../base/options.ts'
import { CallRuns } from './call-runs.ts'

/** Options of {@link adoptChannel}. */
export interface AdoptChannelOptions<Message extends object = object>
  extends AdoptOptions,
    Pick<ExternalOptions, 'control' | 'grace'> {
  /**
   * Returns the name of the task for a call, or `undefined` to ignore the call. If it throws, the call is also
   * ignored. Only the first error of `taskOf` or `annotations` causes a process warning.
   * @defaultValue all calls become runs of one task. Its name is the option `name`, or else the name of the channel
   */
  readonly taskOf?: ((message: Message) => string | undefined) | undefined
  /** Returns up to 8 annotations for the run of a call. */
  readonly annotations?: ((message: Message) => Readonly<Record<string, string>>) | undefined
}

/**
 * If a channel has this many tasks, calls with further task names become runs of one shared task. The name of this
 * task is the option `name`, or else the name of the channel.
 */
const maxTasks = 200

const rules = { added: { taskOf: aFunction, annotations: aFunction }, without: ['host'] } as const

const aChannel = takes<string | TracingChannel>(
  "the name of a tracing channel such as 'lib:job', or a TracingChannel",
  (value) =>
    (typeof value === 'string' && value !== '') ||
    (typeof value === 'object' && value !== null && 'asyncEnd' in value),
)

/**
 * Registers a task for a `TracingChannel` of `node:diagnostics_channel`. Each traced call becomes a run. The run ends
 * when the call returns, when its promise settles, or when its callback is called.
 *
 * If the supervisor has already adopted the channel, `adoptChannel` does nothing, and the function that it returns
 * does nothing either. With `taskOf`, this is different: then each call of `adoptChannel` follows the channel again.
 *
 * @returns a function that removes the tasks, and unsubscribes from the channel when active calls have ended
 * @throws {@link InvalidOptionError} if an argument or an option is invalid
 * @example adoptChannel(supervisor, 'lib:job')
 */
export function adoptChannel<Message extends object = object>(
  supervisor: Supervisor,
  channel: string | TracingChannel,
  options: AdoptChannelOptions<Message> = {},
): () => void {
  check('supervisor', supervisor, aSupervisor)
  check('channel', channel, aChannel)
  checkAdoptOptions('adoptChannel', options, rules)
  const { taskOf, annotations, name: given, ...rest } = options
  const traced = tracingChannel(channel as string)
  const about = String(traced.start.name).replace(/^tracing:|:start$/g, '')
  const name = given ?? taskName(about) ?? 'channel'
  if (taskOf === undefined && knownTask(supervisor, traced.start)) return () => {}

  let isGone = false
  /**
   * The job object is kept here. Without this reference it would be garbage-collected, and `adoptedTask` would let
   * another job take the name.
   */
  const tasks = new Map<string, { readonly task: ExternalTask; readonly job: object }>()
  const taskFor = (wanted: string, job: object): ExternalTask | undefined => {
    const key = tasks.has(wanted) || tasks.size < maxTasks ? wanted : name
    const known = tasks.get(key)
    if (known) return known.task
    const task = adoptedTask(supervisor, job, () => isGone, { host: about, ...rest, name: key })
    if (task) tasks.set(key, { task, job })
    return task
  }
  const single = taskOf === undefined ? taskFor(name, traced.start) : undefined
  const runs = new CallRuns<Message>(about, annotations, (message) => {
    if (taskOf === undefined) return single
    const wanted = taskOf(message)
    return wanted === undefined ? undefined : taskFor(taskName(wanted) ?? name, {})
  })
  traced.subscribe(runs)
  return () => {
    isGone = true
    runs.stop(() => traced.unsubscribe(runs))
    for (const { task } of tasks.values()) void task.hostRemoved()
  }
}
