import type { Now } from '../base/now.ts'
import { callInRoot } from '../base/root-context.ts'
import { upAfterMs } from '../base/schedule-info.ts'
import { toError } from '../base/to-error.ts'
import type { Outcome } from '../base/words.ts'
import type { EventOf } from '../events/events.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import type { TaskBehavior } from '../task/options.ts'
import type { HealthJudge } from './health-judge.ts'
import type { KernelLoop } from './kernel-loop.ts'
import { type LiveRun, oldestRunOf } from './live-run.ts'
import { isUp } from './loop-up.ts'
import type { TaskRecord } from './task-record.ts'

type Callbacks = NonNullable<TaskBehavior['on']>
type ArgumentOf<Name extends keyof Callbacks> = Parameters<NonNullable<Callbacks[Name]>>[0]

/** Calls the functions of the option `on`. Errors of these functions are written to the console. */
export class TaskCallbacks {
  readonly #kernelLoop: KernelLoop
  readonly #healthJudge: HealthJudge
  readonly #warnings: ConsoleWarnings

  constructor(kernelLoop: KernelLoop, healthJudge: HealthJudge, warnings: ConsoleWarnings) {
    this.#kernelLoop = kernelLoop
    this.#healthJudge = healthJudge
    this.#warnings = warnings
  }

  runEnded(
    record: TaskRecord,
    run: LiveRun,
    outcome: Outcome,
    event: EventOf<'run.ended'> | undefined,
    now: Now,
  ): void {
    if (record.settings.on === undefined || outcome === 'cancelled') return
    const { restarts } = record.info.schedule
    if (restarts ? isUp(record, run, now.awake) : outcome === 'succeeded') this.#recover(record, now)
    if (outcome === 'succeeded') return
    const { extras } = record
    extras.failing ??= { since: now.wall, failures: 0 }
    extras.failing.failures += 1
    if (event !== undefined) this.#call(record, 'failure', event)
  }

  ready(record: TaskRecord, now: Now): void {
    this.#recover(record, now)
  }

  parked(record: TaskRecord, event: ArgumentOf<'parked'>): void {
    this.#call(record, 'parked', event)
  }

  /**
   * A loop counts as recovered after `ready()`, after `beat()`, or after the end of a unit. Without the option
   * `ready: true`, it also counts as recovered when its run has lasted for 10 s.
   */
  look(record: TaskRecord, now: Now): void {
    if (record.settings.on?.recovered === undefined || !record.info.schedule.restarts) return
    const run = oldestRunOf(record)
    if (run === undefined || record.readonlyExtras.failing === undefined) return
    if (isUp(record, run, now.awake)) this.#recover(record, now)
    else
      this.#healthJudge.recheck(record, upAfterMs(record.info.schedule) - (now.awake - run.startedAwake), now)
  }

  #recover(record: TaskRecord, now: Now): void {
    const { failing } = record.readonlyExtras
    if (failing === undefined) return
    record.extras.failing = undefined
    const { since: failedSince, failures } = failing
    this.#call(record, 'recovered', { task: record.info.name, at: now.wall, failedSince, failures })
  }

  #call<Name extends keyof Callbacks>(record: TaskRecord, name: Name, argument: ArgumentOf<Name>): void {
    const { on } = record.settings
    if (on === undefined || this.#kernelLoop.observers.isClosed) return
    const fault = (error: unknown): void =>
      this.#warnings.add(`Task '${record.info.name}': on.${name}() failed`, toError(error))
    try {
      // Called as a method, so that `this` is the user's object.
      const call = (): unknown =>
        (on as { [Each in Name]?: (argument: ArgumentOf<Name>) => unknown })[name]?.(argument)
      const returned = callInRoot(call)
      if (returned !== undefined) Promise.resolve(returned).catch(fault)
    } catch (error) {
      fault(error)
    }
  }
}
