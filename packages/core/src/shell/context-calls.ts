import { aFunction, check } from '../base/options.ts'
import { show } from '../base/show.ts'
import { cutText } from '../base/text.ts'
import { toError } from '../base/to-error.ts'
import type { UnitOutcome } from '../base/words.ts'
import { extendedEnd } from '../kernel/stop.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { WrappedRun } from '../observe/wrapped-run.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { StopOptions } from '../shutdown/report.ts'
import { ofTask } from '../task/of-task.ts'
import type { RunContext } from '../task/run-context.ts'
import type { ControlOptions, Task } from '../task/task.ts'
import { emit } from './emit.ts'
import { aUnitName, type EachOptions, ItemConsumer, type RunUnit, type UnitEnd } from './item-consumer.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { LiveRun } from './live-run.ts'
import { scopeOf, type UnitPart, unitPartOf } from './run-scope.ts'
import type { Stopper } from './stopper.ts'
import type { TaskRecord } from './task-record.ts'

/** A Node.js timer with a longer delay fires immediately. */
const longestTimerMs = 2 ** 31 - 1

interface TaskCalls {
  trigger(record: TaskRecord, input: unknown, options: ControlOptions | undefined): Promise<unknown>
  restart(record: TaskRecord, options: ControlOptions | undefined): Promise<unknown>
  reschedule(record: TaskRecord, schedule: Schedule, options: ControlOptions | undefined): void
  pause(record: TaskRecord, options: Parameters<Task['pause']>[0]): void
  unregister(record: TaskRecord, options: ControlOptions | undefined): Promise<unknown>
}

export class ContextCalls {
  readonly #kernelLoop: KernelLoop
  readonly #stopper: Stopper
  readonly #tasks: TaskCalls
  readonly #warnings: ConsoleWarnings

  constructor(kernelLoop: KernelLoop, stopper: Stopper, tasks: TaskCalls, warnings: ConsoleWarnings) {
    this.#kernelLoop = kernelLoop
    this.#stopper = stopper
    this.#tasks = tasks
    this.#warnings = warnings
  }

  beat(run: LiveRun, note: string | undefined): void {
    run.beats += 1
    run.record.metrics.beat(this.#kernelLoop.clock.now())
    this.#sign(run, note === undefined ? undefined : cutText(textOf(note), 200))
  }

  #sign(run: LiveRun, note: string | undefined): void {
    const { clock } = this.#kernelLoop
    run.beat(clock.awake(), clock.now(), note)
    this.#ready(run, 'beat')
  }

  ready(run: LiveRun): void {
    this.#ready(run, 'ready')
  }

  #ready(run: LiveRun, how: 'ready' | 'beat'): void {
    if (run.state.isReady || !run.record.info.schedule.restarts) return
    this.#kernelLoop.dispatch({ type: 'ready', task: run.record.info.name, run: run.state.id, how })
  }

  extend(run: LiveRun, ms: number): number {
    const { kernel, clock } = this.#kernelLoop
    // The new deadline is computed here, because the kernel may handle the event later.
    const until = extendedEnd(kernel, run.record.state, run.state, ms)
    this.#kernelLoop.dispatch({ type: 'extend', task: run.record.info.name, run: run.state.id, ms })
    return Math.max(0, until - clock.monotonic())
  }

  sleep(run: LiveRun, ms: number): Promise<void> {
    const { clock } = this.#kernelLoop
    // A `sleep` that begins after an abort ends in the next turn of the event loop. So a run that sleeps in a loop
    // does not block the event loop.
    const isKept = run.outcome !== 'abandoned'
    if (run.reason !== undefined) return new Promise((resolve) => void clock.timer(resolve, 0, isKept))
    const until = clock.monotonic() + ms
    return new Promise((resolve) => {
      let timer = clock.timer(check, Math.min(ms, longestTimerMs), true)
      const off = run.onAbort(() => {
        timer.cancel()
        resolve()
      })
      function check(): void {
        const left = until - clock.monotonic()
        if (left > 0) {
          timer = clock.timer(check, Math.min(left, longestTimerMs), true)
          return
        }
        off()
        resolve()
      }
    })
  }

  async unit<Result>(run: LiveRun, name: string, fn: () => Result | Promise<Result>): Promise<Result> {
    check('unit', name, aUnitName)
    check('fn', fn, aFunction)
    const { outcome, value, thrown } = await this.#runUnit(run, name, fn)
    if (outcome === 'succeeded') return value as Result
    throw thrown
  }

  async each<Item>(
    run: LiveRun,
    items: unknown,
    fn: (item: Awaited<Item>) => unknown,
    options: EachOptions | undefined,
  ): Promise<Readonly<Record<UnitOutcome, number>>> {
    const runUnit: RunUnit = (name, work) => this.#runUnit(run, name, work)
    const { clock } = this.#kernelLoop
    return new ItemConsumer(run, clock, this.#warnings, runUnit, items, fn, options).consume()
  }

  async #runUnit(run: LiveRun, name: string, fn: () => unknown): Promise<UnitEnd> {
    const { clock, observers, currentRun } = this.#kernelLoop
    const startedAt = clock.now()
    const startedMono = clock.monotonic()
    let working: Promise<unknown> | undefined
    const unit: UnitPart = { name, startedAt, texts: undefined }
    const start = (): void => {
      working = currentRun.within(run, async () => fn(), undefined)
    }
    const wrappedRun = observers.wrapsRuns ? new WrappedRun(scopeOf(run, unit), undefined, start) : undefined
    if (wrappedRun) observers.around(wrappedRun)
    else start()
    const done = (outcome: UnitOutcome, error: Error | undefined): UnitOutcome => {
      const durationMs = clock.monotonic() - startedMono
      run.record.extras.lastUnitAwake = clock.awake()
      this.#sign(run, name)
      this.#emitUnit(run, unit, outcome, durationMs, error)
      wrappedRun?.end({ outcome, error, durationMs, attempt: 1, abortedFor: run.state.abortedFor })
      return outcome
    }
    try {
      const value = await working
      return { outcome: done('succeeded', undefined), value, thrown: undefined }
    } catch (thrown) {
      const outcome = done(run.reason !== undefined ? 'cancelled' : 'failed', toError(thrown))
      return { outcome, value: undefined, thrown }
    }
  }

  #emitUnit(
    run: LiveRun,
    unit: UnitPart,
    outcome: UnitOutcome,
    durationMs: number,
    error: Error | undefined,
  ): void {
    const { record } = run
    this.#kernelLoop.batch(() => {
      const part = unitPartOf(run, unit, this.#kernelLoop.now())
      emit(this.#kernelLoop, record, {
        type: 'unit.ended',
        ...part,
        unit: unit.name,
        outcome,
        durationMs,
        error,
      })
    })
  }

  stop(run: LiveRun, options: StopOptions | undefined): void {
    void this.#stopper.stopForRun(run, options)
  }

  /** The returned promises are ignored, because they never reject. */
  taskOf({ record }: Pick<LiveRun, 'record'>): RunContext['task'] {
    const tasks = this.#tasks
    const { name } = record.info
    return {
      name,
      trigger: (input, options) => void ofTask(name, () => tasks.trigger(record, input, options)),
      restart: (options) => void ofTask(name, () => tasks.restart(record, options)),
      reschedule: (schedule, options) => ofTask(name, () => tasks.reschedule(record, schedule, options)),
      pause: (options) => ofTask(name, () => tasks.pause(record, options)),
      unregister: (options) => void ofTask(name, () => tasks.unregister(record, options)),
      toString: () => name,
    }
  }
}

/** A note of the wrong type must not throw an error in the run. Therefore the note is converted to text. */
function textOf(note: unknown): string {
  return typeof note === 'string' ? note : show(note)
}
