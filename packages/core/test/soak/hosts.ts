import type { ExternalTask, Supervisor } from '../../src/index.ts'
import type { Expected, HostSpec } from './host-spec.ts'
import { expectedSchedule, hostOptions } from './host-spec.ts'
import { refusable } from './refusals.ts'

interface Surroundings {
  readonly supervisor: Supervisor
  after(ms: number, callback: () => void): void
  onHostLeaves(name: string): void
  onHostReschedules(name: string, expected: Expected): void
  keep(what: string, promise: Promise<unknown>): void
}

interface Hosted {
  readonly spec: HostSpec
  readonly task: ExternalTask
}

type LiveRun = ReturnType<ExternalTask['begin']>

export class Hosts {
  readonly #world: Surroundings
  /** Also contains unregistered tasks, because a host may still use their handles. */
  readonly #all: Hosted[] = []
  readonly #live: LiveRun[] = []

  constructor(world: Surroundings) {
    this.#world = world
  }

  adopt(spec: HostSpec): ExternalTask | undefined {
    let task: ExternalTask | undefined
    refusable(() => {
      const control = this.#controlOf(spec, () => task)
      task = this.#world.supervisor.external({ ...hostOptions(spec), control })
      this.#all.push({ spec, task })
    })
    return task
  }

  begin(which: number): void {
    const task = this.#pick(which)?.task
    if (task) this.#live.push(task.begin('input'))
  }

  end(which: number, how: 'ok' | 'throw'): void {
    const [run] = this.#live.splice(which % Math.max(1, this.#live.length), 1)
    run?.end(how === 'ok' ? undefined : new Error('failed'))
  }

  call(which: number, how: 'returns' | 'throws' | 'rejects'): void {
    const run = this.#pick(which)?.task.wrap(() => {
      if (how === 'throws') throw new TypeError('broken')
      return how === 'rejects' ? Promise.reject(new Error('rejected')) : 'done'
    })
    try {
      Promise.resolve(run?.()).catch(() => {})
    } catch {
      // Expected: a wrapped function rethrows its errors to the caller.
    }
  }

  skip(which: number, reason: string): void {
    this.#pick(which)?.task.skipped(reason)
  }

  miss(which: number): void {
    this.#pick(which)?.task.missed()
  }

  connect(which: number, isUp: boolean): void {
    const task = this.#pick(which)?.task
    if (isUp) task?.up()
    else task?.down(new Error('lost'))
  }

  pause(which: number, isPaused: boolean): void {
    const task = this.#pick(which)?.task
    if (isPaused) task?.hostPaused('by the host')
    else task?.hostResumed()
  }

  reschedule(which: number, expected: Expected): void {
    const hosted = this.#pick(which)
    const schedule = expectedSchedule(expected)
    if (!hosted || !schedule) return
    const { kind } = hosted.spec.expected
    const isSlots = (one: Expected['kind']): boolean => one !== 'connection' && one !== 'nothing'
    if (!isSlots(kind) || !isSlots(expected.kind)) return
    if (this.#world.supervisor.task(hosted.spec.name) === hosted.task)
      this.#world.onHostReschedules(hosted.spec.name, expected)
    refusable(() => hosted.task.hostRescheduled(schedule))
  }

  remove(which: number): void {
    const hosted = this.#pick(which)
    if (!hosted) return
    const { name } = hosted.spec
    if (this.#world.supervisor.task(name) === hosted.task) this.#world.onHostLeaves(name)
    this.#world.keep(`removal of ${name}`, hosted.task.hostRemoved())
  }

  endAll(): void {
    for (const run of this.#live.splice(0)) run.end()
  }

  #pick(which: number): Hosted | undefined {
    return this.#all[which % Math.max(1, this.#all.length)]
  }

  #controlOf({ answers }: HostSpec, task: () => ExternalTask | undefined) {
    if (answers === 'cannot') return undefined
    const answer = (act: () => void): unknown => {
      switch (answers) {
        case 'does it':
          return act()
        case 'does it late':
          return new Promise<void>((resolve) => {
            this.#world.after(70, () => {
              act()
              resolve()
            })
          })
        case 'refuses':
          return false
        case 'throws':
          throw new Error('the host')
        default:
          return new Promise(() => {})
      }
    }
    return {
      trigger: () => answer(() => task()?.run(() => 'triggered')),
      pause: () => answer(() => {}),
      resume: () => answer(() => {}),
      stop: () => answer(() => {}),
    }
  }
}
