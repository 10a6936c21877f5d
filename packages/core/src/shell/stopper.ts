import { checkKeys, optionalBoolean, optionalFunction, text } from '../base/check.ts'
import type { Clock } from '../base/clock.ts'
import { deferred } from '../base/deferred.ts'
import { toMs } from '../base/duration.ts'
import { toError } from '../base/to-error.ts'
import type { Now } from '../base/now.ts'
import { priorities } from '../base/words.ts'
import type { Effect } from '../kernel/effect.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { planShutdown } from '../shutdown/plan.ts'
import type { AbandonedRun, ShutdownReport, StopOptions } from '../shutdown/report.ts'
import { newAlarm } from './alarm.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { TaskRecord } from './task-record.ts'

/** When time is short, each later class that has runs keeps this much of it, and so does the flush. */
const reserveMs = 3_000
const flushMs = 2_000

const stopKeys = ['deadline', 'classGrace', 'drain', 'drainDelay', 'before', 'reason']

interface Plan {
  readonly reason: string
  readonly deadlineMs: number
  readonly classGraceMs: number
  readonly drain: boolean
  readonly drainDelayMs: number
  readonly before: (() => unknown) | undefined
}

/** @throws InvalidOptionError */
export function resolveStop(options: StopOptions, defaultDeadline: number): Plan {
  checkKeys('stop', options, stopKeys)
  const { deadline = defaultDeadline, classGrace = 10_000, drainDelay = 0, reason = 'stop' } = options
  return {
    reason: text('reason', reason),
    deadlineMs: toMs('deadline', deadline, { max: 86_400_000 }),
    classGraceMs: toMs('classGrace', classGrace, { max: 86_400_000 }),
    drain: optionalBoolean('drain', options.drain) ?? false,
    drainDelayMs: toMs('drainDelay', drainDelay, { max: 86_400_000 }),
    before: optionalFunction('before', options.before),
  }
}

/** Runs the stop of a supervisor: announce, drain, stop starting runs, stop each class (in the kernel), report, flush. */
export class Stopper {
  readonly #kernelLoop: KernelLoop
  readonly #warnings: ConsoleWarnings
  readonly #defaultDeadlineMs: number
  readonly #closing: (() => void)[] = []
  readonly #alarm = newAlarm('stop')
  readonly #classes: ShutdownReport['classes'][number][] = []
  readonly #escalated: string[] = []
  readonly #notLive = new Set<TaskRecord>()
  readonly #stopping: { plan: Plan; startedMono: number; promise: Promise<ShutdownReport> }[] = []
  #ended: (() => void) | undefined
  #hurried: (() => void) | undefined
  #flushing: Expiry | undefined
  #report: ShutdownReport | undefined

  constructor(kernelLoop: KernelLoop, warnings: ConsoleWarnings, defaultDeadlineMs: number) {
    this.#kernelLoop = kernelLoop
    this.#warnings = warnings
    this.#defaultDeadlineMs = defaultDeadlineMs
  }

  get isStopping(): boolean {
    return this.#stopping.length > 0 && this.#report === undefined
  }

  get report(): ShutdownReport | undefined {
    return this.#report
  }

  /** Tasks that make the process not live: escalated, with `liveness` on, and neither restarted nor unregistered since. */
  get notLive(): readonly string[] {
    const failed = [...this.#notLive].filter(({ state }) => state.mode === 'failed' && !state.removed)
    return failed.map(({ info }) => info.name)
  }

  /** Calls `close` once the stop is over, before its promise resolves. */
  onStopped(close: () => void): void {
    this.#closing.push(close)
  }

  /**
   * Stops the supervisor. Idempotent: the first call decides how, and all calls get its report. The promise never rejects.
   * @throws {@link InvalidOptionError}
   */
  stop(options: StopOptions = {}): Promise<ShutdownReport> {
    return this.#stop(options, 'at-once')
  }

  /** As `stop`, for a run that asks for it. The runs get the rest of this turn first, so that the one that asks can end. */
  stopForRun(options: StopOptions = {}): Promise<ShutdownReport> {
    return this.#stop(options, 'after-turn')
  }

  #stop(options: StopOptions, begins: 'at-once' | 'after-turn'): Promise<ShutdownReport> {
    const plan = resolveStop(options, this.#defaultDeadlineMs)
    const [first] = this.#stopping
    if (first) return first.promise
    const { clock } = this.#kernelLoop
    const startedMono = clock.monotonic()
    const { promise, resolve } = deferred<ShutdownReport>()
    this.#stopping.push({ plan, startedMono, promise })
    const deadline = startedMono + plan.deadlineMs
    this.#kernelLoop.batch(() => {
      const { classGraceMs, drain } = plan
      this.#kernelLoop.dispatch({ type: 'stop', deadline, classGraceMs, reserveMs, flushMs, drain })
      void this.#sequence(plan, startedMono, begins).then(resolve)
    })
    return promise
  }

  /** Ends the rest of a stop within `ms`. */
  hurry(ms: number): void {
    this.#kernelLoop.dispatch({ type: 'hurry', deadline: this.#kernelLoop.clock.monotonic() + ms })
    this.#hurried?.()
    this.#flushing?.shorten(ms)
  }

  async #sequence(
    plan: Plan,
    startedMono: number,
    begins: 'at-once' | 'after-turn',
  ): Promise<ShutdownReport> {
    const { clock } = this.#kernelLoop
    const { promise: hurried, resolve: hurry } = deferred<void>()
    const { promise: ended, resolve: end } = deferred<void>()
    this.#hurried = hurry
    this.#ended = end
    const delayMs = Math.min(plan.drainDelayMs, plan.deadlineMs / 2)
    if (delayMs > 0 || begins === 'after-turn') await this.#atMost(delayMs, hurried)
    if (plan.before) {
      const leftMs = startedMono + plan.deadlineMs - clock.monotonic()
      await this.#atMost(leftMs / 2, Promise.race([hurried, this.#callBefore(plan.before)]))
    }
    this.#kernelLoop.dispatch({ type: 'quiet' })
    await ended
    const report = this.#buildReport(plan, startedMono)
    this.#report = report
    this.#kernelLoop.batch(() => {
      this.#kernelLoop.emit({ type: 'shutdown.ended', at: clock.now(), report })
      this.#kernelLoop.observers.close()
    })
    await this.#flush(startedMono)
    for (const close of this.#closing) close()
    return report
  }

  async #callBefore(before: () => unknown): Promise<void> {
    try {
      await before()
    } catch (error) {
      this.#warnings.add('The `before` of stop() failed', toError(error))
    }
  }

  async #flush(startedMono: number): Promise<void> {
    if (this.#kernelLoop.observers.size === 0) return
    const { clock, kernel } = this.#kernelLoop
    const deadline = kernel.shutdown?.deadline ?? startedMono
    const leftMs = Math.max(0, deadline - clock.monotonic())
    this.#flushing = after(clock, leftMs)
    await this.#kernelLoop.observers.flush(clock.now() + leftMs, this.#flushing.expired)
    this.#flushing.cancel()
    this.#flushing = undefined
  }

  /** Resolves when `work` resolves, or after `ms`. */
  async #atMost(ms: number, work: Promise<unknown>): Promise<void> {
    const { expired, cancel } = after(this.#kernelLoop.clock, ms)
    await Promise.race([expired, work])
    cancel()
  }

  arm(at: number): void {
    this.#kernelLoop.timers.set(this.#alarm, at)
  }

  onStarted(now: Now): void {
    const [stopping] = this.#stopping
    if (!stopping) return
    const { reason, deadlineMs } = stopping.plan
    const tasks = [...this.#kernelLoop.kernel.tasks.values()].map(({ name, config }) => ({ name, ...config }))
    const names = planShutdown(tasks)
    const plan = priorities.map((priority, index) => ({ priority, tasks: names[index] ?? [] }))
    this.#kernelLoop.emit({ type: 'shutdown.started', at: now.wall, reason, deadlineMs, plan })
  }

  onClassEnded(effect: Extract<Effect, { do: 'class-ended' }>, now: Now): void {
    const { priority, tookMs, tasks, abandoned } = effect
    this.#classes.push({ priority, tookMs, tasks, abandoned })
    this.#kernelLoop.emit({ type: 'shutdown.class-ended', at: now.wall, priority, tookMs, tasks, abandoned })
  }

  onEnded(): void {
    this.#ended?.()
  }

  onEscalated(record: TaskRecord): void {
    this.#escalated.push(record.info.name)
    if (record.settings.gatesLiveness) this.#notLive.add(record)
  }

  #buildReport(plan: Plan, startedMono: number): ShutdownReport {
    const { mono, awake } = this.#kernelLoop.now()
    const abandoned: AbandonedRun[] = [...this.#kernelLoop.abandoned].map((run) => {
      const { name, owner, priority } = run.record.info
      const lastBeat = run.beats === 0 ? undefined : { agoMs: awake - run.beatAwake, note: run.beatNote }
      return { task: name, owner, priority, runId: run.runId, ageMs: mono - run.state.startedAt, lastBeat }
    })
    const isClean = abandoned.length === 0 && this.#escalated.length === 0
    return {
      reason: plan.reason,
      tookMs: mono - startedMono,
      deadlineMs: plan.deadlineMs,
      classes: this.#classes,
      abandoned,
      escalated: [...this.#escalated],
      exitCode: isClean ? 0 : 1,
    }
  }
}

interface Expiry {
  readonly expired: Promise<void>
  cancel(): void
  /** Makes it expire in `ms`, if that is sooner. */
  shorten(ms: number): void
}

function after(clock: Clock, ms: number): Expiry {
  const { promise: expired, resolve } = deferred<void>()
  const dueAt = clock.monotonic() + ms
  let timer = clock.timer(resolve, ms, true)
  const shorten = (newMs: number): void => {
    if (clock.monotonic() + newMs >= dueAt) return
    timer.cancel()
    timer = clock.timer(resolve, newMs, true)
  }
  return { expired, cancel: () => timer.cancel(), shorten }
}
