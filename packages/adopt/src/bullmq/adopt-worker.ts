import type { Duration, Supervisor } from '@runwell/core'
import { aDuration, takes, toMs } from '@runwell/core/adapter'
import { Queue } from 'bullmq'
import { adoptedTask, knownTask } from '../base/adopted-tasks.ts'
import { checkArguments, has } from '../base/check-arguments.ts'
import { taskName } from '../base/names.ts'
import { type AdoptOptions, checkAdoptOptions } from '../base/options.ts'
import { withRules } from '../base/rules.ts'
import { Backlog } from './backlog.ts'
import { Connection } from './connection.ts'
import { followJobs, type LiveJob } from './follow-jobs.ts'
import { listener, type QueueLike, type WorkerLike } from './worker-like.ts'

/** Options of {@link adoptWorker}. */
export interface AdoptWorkerOptions extends AdoptOptions {
  /**
   * If jobs wait that the worker could start, and it starts no job for this time, the task is unhealthy. A worker
   * can't start a job in these cases: the queue is paused, a limit of the queue is reached, or the worker already
   * works on as many jobs as its `concurrency`.
   * @defaultValue `'1m'`
   */
  readonly startsWithin?: Duration | undefined
  /**
   * The queue of the worker. Runwell asks this queue how many jobs wait.
   * @defaultValue a new queue with the name and the connection of the worker
   */
  readonly queue?: QueueLike | undefined
}

const aQueue = takes<QueueLike>('a Queue of BullMQ', (value) => has(value, ['getJobCounts', 'isPaused']))
const rules = {
  added: { startsWithin: aDuration, queue: aQueue },
  without: ['control', 'host'],
} as const

/**
 * Registers a task for a worker of BullMQ, and returns the worker. Each attempt of a job is a run of the task.
 *
 * The task is unhealthy if jobs wait, but no job starts within `startsWithin`. The task is also unhealthy after 2 min
 * without a connection to Redis, or if Redis does not answer within `startsWithin`. When the supervisor stops, it
 * closes the worker and waits for the active jobs.
 *
 * Call this function directly after you create the worker, without an `await` in between. Runwell may miss jobs that
 * start before the call.
 *
 * @throws {@link InvalidOptionError} if an argument or an option is invalid
 * @example adoptWorker(supervisor, new Worker('emails', handler, { connection }))
 */
export function adoptWorker<Host extends WorkerLike>(
  supervisor: Supervisor,
  worker: Host,
  options: AdoptWorkerOptions = {},
): Host {
  checkArguments(supervisor, 'worker', worker, 'a Worker of BullMQ', ['isRunning', 'pause', 'close'])
  checkAdoptOptions('adoptWorker', options, rules)
  if (knownTask(supervisor, worker)) return worker
  const { name = taskName(worker.name) ?? 'bullmq', health, queue, startsWithin = '1m', ...rest } = options
  const live = new Map<string, LiveJob>()
  let own: Queue | undefined
  let isStopping = false

  const openQueue = (): QueueLike => {
    if (own === undefined) {
      const { connection, prefix } = worker.opts
      own = new Queue(worker.name, { connection: connection as object, ...(prefix && { prefix }) })
      own.on('error', () => {})
    }
    return own as QueueLike
  }
  const connection = new Connection()
  const isBusy = (): boolean => live.size >= worker.concurrency
  const backlog = new Backlog(
    worker,
    connection,
    () => queue ?? openQueue(),
    isBusy,
    toMs('startsWithin', startsWithin),
  )
  const task = adoptedTask(supervisor, worker, () => worker.closing !== undefined, {
    name,
    ...rest,
    health: withRules(health, [backlog.rule]),
    host: 'BullMQ',
    control: {
      pause: () => worker.pause(true),
      resume: () => worker.resume(),
      stop: () => {
        isStopping = true
        // If Redis is down, closes by force. Without force, BullMQ would wait for a connection.
        return worker.close(connection.isDown)
      },
    },
  })
  if (task === undefined) return worker // the supervisor has begun to stop
  connection.follow(worker, task)
  followJobs(task, worker, live)

  const on = listener(worker)
  on('active', () => backlog.onStarted())
  on('paused', () => task.hostPaused('paused by BullMQ'))
  on('resumed', () => task.hostResumed())
  on('closed', () => {
    void closeQueue(own, connection.isDown)
    // If the supervisor closes the worker, the task must stay registered, because the shutdown report contains it.
    if (!isStopping) void task.hostRemoved()
  })
  if (worker.isPaused()) task.hostPaused('paused by BullMQ')
  return worker
}

/**
 * Closes the queue. If Redis is down, disconnects the queue instead, because `close()` would wait for a connection. A
 * connection of the application is never disconnected.
 */
function closeQueue(queue: Queue | undefined, isDown: boolean): Promise<void> | undefined {
  const isShared = typeof (queue?.opts.connection as { connect?: unknown })?.connect === 'function'
  return isDown && !isShared ? queue?.disconnect() : queue?.close()
}
