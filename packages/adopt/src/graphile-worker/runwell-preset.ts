import type { EventEmitter } from 'node:events'
import { type ExternalTask, loop, type Supervisor } from '@runwell/core'
import { check } from '@runwell/core/adapter'
import { adoptedTask } from '../base/adopted-tasks.ts'
import { aSupervisor } from '../base/check-arguments.ts'
import { type AdoptEach, checkAdoptOptions, optionsFor } from '../base/options.ts'
import { TaskGroup } from '../base/task-group.ts'
import { followPool, type PoolLike } from './follow-pool.ts'

/** A preset of Graphile Worker. */
export interface RunwellPreset {
  plugins: {
    name: string
    version: string
    worker: {
      // biome-ignore lint/suspicious/noExplicitAny: the types differ in each version of Graphile Worker
      middleware: { init(next: any, event: any): any }
    }
  }[]
}

const host = 'Graphile Worker'

interface InitEvent {
  readonly ctx: { readonly events: EventEmitter }
}

/**
 * Returns a preset that makes each task of Graphile Worker a task of `supervisor`, and each job a run.
 *
 * Another task, `graphile-worker`, is up while the workers can fetch jobs. When the supervisor stops, it shuts down
 * the workers and waits for their jobs.
 *
 * @param options - options for all tasks, or a function that returns the options for one task
 * @throws {@link InvalidOptionError} if `supervisor` is not a Supervisor, or if an option is invalid
 * @example run({ preset: { extends: [runwellPreset(supervisor)] }, taskList })
 */
export function runwellPreset(supervisor: Supervisor, options?: AdoptEach): RunwellPreset {
  check('supervisor', supervisor, aSupervisor)
  const optionsOf = optionsFor('runwellPreset', options)
  // The task of the workers is a loop, and a loop refuses some options.
  if (typeof options === 'object') checkAdoptOptions('runwellPreset', { ...options, expects: loop() })
  const known = new WeakSet<EventEmitter>()
  const init = (next: () => unknown, { ctx: { events } }: InitEvent): unknown => {
    if (!known.has(events)) events.on('pool:create', adoptPool)
    known.add(events)
    return next()
  }
  const adoptPool = ({ ctx, workerPool }: InitEvent & { readonly workerPool: PoolLike }): void => {
    let isReleased = false
    let isStopping = false
    const name = 'graphile-worker'
    const { expects, ...rest } = optionsOf({ name, schedule: undefined })
    const pool: ExternalTask | undefined = adoptedTask(supervisor, workerPool, () => isReleased, {
      ...rest,
      name,
      expects: loop(),
      host,
      control: {
        async stop() {
          isStopping = true
          await workerPool.gracefulShutdown('The supervisor stops')
          pool?.down()
        },
      },
    })
    if (pool === undefined) return // the supervisor has begun to stop
    const tasks = new TaskGroup(supervisor, { host, optionsOf, isGone: () => isReleased })
    followPool(pool, tasks, workerPool, ctx.events, () => {
      isReleased = true
      // If the supervisor stops the workers, the tasks must stay registered, because the shutdown report contains
      // them.
      if (isStopping) return
      void pool.hostRemoved()
      tasks.removeAll()
    })
  }
  const plugin = { name: 'RunwellPlugin', version: '1.0.0', worker: { middleware: { init } } }
  return { plugins: [plugin] }
}
