import type { Clock } from '../base/clock.ts'
import { deferred } from '../base/deferred.ts'
import { hostOf, type TaskInfo } from '../base/task-info.ts'
import { toError } from '../base/to-error.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { HostControl } from '../task/external.ts'
import type { TriggerResult } from '../task/task.ts'

/** If the task has no `graceMs`, a triggered run must begin within this time. */
const triggerMs = 30_000

export interface AskedTrigger {
  readonly input: unknown
  readonly answer: (result: TriggerResult) => void
}

interface HostedTask {
  readonly info: TaskInfo
}

/**
 * Calls the functions of the option `control` of an external task. Errors of these functions are written to the
 * console.
 */
export class HostCalls {
  readonly #clock: Clock
  readonly #warnings: ConsoleWarnings
  readonly #record: HostedTask
  readonly #control: HostControl
  readonly #triggers: AskedTrigger[] = []

  constructor(clock: Clock, warnings: ConsoleWarnings, record: HostedTask, control: HostControl | undefined) {
    this.#clock = clock
    this.#warnings = warnings
    this.#record = record
    this.#control = control ?? {}
  }

  can(what: keyof HostControl): boolean {
    return this.#control[what] !== undefined
  }

  pause(reason: string | undefined): void {
    void this.#call('pause', reason)
  }

  resume(): void {
    void this.#call('resume')
  }

  /** The returned promise never rejects. */
  stop(deadline: Date): Promise<unknown> {
    return this.#call('stop', deadline)
  }

  reschedule(schedule: Schedule, done: () => void): void {
    const answer = this.#start('reschedule', schedule)
    if (answer instanceof Promise) void answer.then((result) => result.ok && done())
    else if (answer.ok) done()
  }

  nextRunAt(): number | undefined {
    if (!this.can('nextRunAt')) return undefined
    const answer = this.#start('nextRunAt')
    const at = answer instanceof Promise || !answer.ok ? undefined : answer.value
    const isDate = Object.prototype.toString.call(at) === '[object Date]'
    const ms = isDate ? (at as Date).getTime() : Number.NaN
    return Number.isNaN(ms) ? undefined : ms
  }

  /** Resolves with the outcome of the run that the host begins, or with `started: false`. Never rejects. */
  trigger(input: unknown): Promise<TriggerResult> {
    const { promise, resolve } = deferred<TriggerResult>()
    const asked: AskedTrigger = { input, answer: resolve }
    this.#triggers.push(asked)
    const giveUp = (): void => {
      const index = this.#triggers.indexOf(asked)
      if (index < 0) return
      this.#triggers.splice(index, 1)
      resolve({ started: false, reason: 'external' })
    }
    const timer = this.#clock.timer(giveUp, this.#record.info.graceMs ?? triggerMs, false)
    void promise.then(() => timer.cancel())
    void this.#call('trigger', input).then(({ ok, value }) => {
      if (!ok || value === false) giveUp()
    })
    return promise
  }

  takeTrigger(): AskedTrigger | undefined {
    return this.#triggers.shift()
  }

  refuseTriggers(reason: 'stopping' | 'unregistered'): void {
    for (const { answer } of this.#triggers.splice(0)) answer({ started: false, reason })
  }

  #call(what: keyof HostControl, ...args: readonly unknown[]): Promise<HostAnswer> {
    return Promise.resolve(this.#start(what, ...args))
  }

  #start(what: keyof HostControl, ...args: readonly unknown[]): HostAnswer | Promise<HostAnswer> {
    const failed = (error: unknown): HostAnswer => {
      const { info } = this.#record
      this.#warnings.add(`Task '${info.name}': ${hostOf(info)} failed to ${verbs[what]}`, toError(error))
      return { ok: false, value: undefined }
    }
    try {
      const fn = this.#control[what] as ((...args: readonly unknown[]) => unknown) | undefined
      const value = fn && Reflect.apply(fn, this.#control, args)
      if (!isThenable(value)) return { ok: true, value }
      return Promise.resolve(value).then((value) => ({ ok: true, value }), failed)
    } catch (error) {
      return failed(error)
    }
  }
}

interface HostAnswer {
  readonly ok: boolean
  readonly value: unknown
}

const verbs: Readonly<Record<keyof HostControl, string>> = {
  trigger: 'run it',
  pause: 'pause it',
  resume: 'resume it',
  stop: 'stop it',
  reschedule: 'change its schedule',
  nextRunAt: 'say when it runs next',
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
