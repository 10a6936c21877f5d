import { deferred } from '../base/deferred.ts'
import { formatMs } from '../base/duration.ts'
import { atMost, type Expiry, expiresIn } from '../base/expiry.ts'
import type { Now } from '../base/now.ts'
import { reading } from '../base/options.ts'
import { hostOf } from '../base/task-info.ts'
import { toError } from '../base/to-error.ts'
import { priorities } from '../base/words.ts'
import { unnumbered } from '../events/base-event.ts'
import type { EventOf } from '../events/events.ts'
import type { Effect } from '../kernel/effect.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { planShutdown } from '../shutdown/plan.ts'
import type { ShutdownReport, StopOptions } from '../shutdown/report.ts'
import { flushMs, reserveMs, resolveStop, type StopPlan } from '../shutdown/stop-options.ts'
import { AbandonedRuns } from './abandoned-runs.ts'
import { newAlarm } from './alarm.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { LiveRun } from './live-run.ts'
import { ReleasedRuns } from './released-runs.ts'
import type { TaskRecord } from './task-record.ts'

export class Stopper {
  readonly #kernelLoop: KernelLoop
  readonly #warnings: ConsoleWarnings
  readonly defaultDeadlineMs: number
  /**
   * Whether `stop()` was called without the option `reason`. Such a call may come from a run that waits for the end
   * of the stop.
   */
  isAwaited = false
  /** Called before the stop forbids new runs. Skips the slots that have passed. */
  beforeQuiet: () => void = () => {}
  closeFleet: ((leftMs: number) => Promise<void>) | undefined
  readonly #closing: (() => void)[] = []
  readonly #alarm = newAlarm('stop')
  readonly #classes: ShutdownReport['classes'][number][] = []
  readonly #escalated: string[] = []
  readonly #expired: string[] = []
  readonly #notLive = new Set<TaskRecord>()
  readonly released = new ReleasedRuns()
  readonly #abandoned = new AbandonedRuns()
  readonly #stopping: { plan: StopPlan; startedMono: number; promise: Promise<ShutdownReport> }[] = []
  #ended: (() => void) | undefined
  #hurried: (() => void) | undefined
  readonly #onDraining: (() => void)[] = []
  #flushing: Expiry | undefined
  #report: ShutdownReport | undefined

  constructor(kernelLoop: KernelLoop, warnings: ConsoleWarnings, defaultDeadlineMs: number) {
    this.#kernelLoop = kernelLoop
    this.#warnings = warnings
    this.defaultDeadlineMs = defaultDeadlineMs
  }

  get isStopping(): boolean {
    return this.#stopping.length > 0 && this.#report === undefined
  }

  get report(): ShutdownReport | undefined {
    return this.#report
  }

  /**
   * The names of tasks that make the liveness probe fail: tasks that were given up with `'escalate'`, except tasks
   * with `liveness: false`.
   */
  get notLive(): readonly string[] {
    const failed = [...this.#notLive].filter(({ state }) => state.mode === 'failed' && !state.removed)
    return failed.map(({ info }) => info.name)
  }

  onStopped(close: () => void): void {
    this.#closing.push(close)
  }

  /**
   * The options of the first call apply. The returned promise never rejects.
   * @throws {@link InvalidOptionError} for invalid options
   */
  stop(options: StopOptions = {}): Promise<ShutdownReport> {
    const run = this.#kernelLoop.currentRun.get()
    if (run) return this.stopForRun(run, options)
    const promise = this.#stop(options, 'at-once')
    this.isAwaited ||= options.reason === undefined
    return promise
  }

  /**
   * Like `stop`, but for a call by a run. The promise resolves as soon as the run is aborted, because the stop waits
   * for this run. With `drain`, it resolves when the stop begins to wait for runs.
   */
  stopForRun(run: LiveRun, options: StopOptions = {}): Promise<ShutdownReport> {
    const stopped = this.#stop(options, 'after-turn')
    this.#kernelLoop.dispatch({ type: 'stop-asked', task: run.record.info.name, run: run.state.id })
    const mustEnd = new Promise<void>((resolve) => {
      if (run.reason !== undefined) resolve()
      run.onAbort(resolve)
      // With `drain`, the stop waits until the run ends by itself. The run may await this promise, so the promise
      // must resolve early.
      this.#onDraining.push(resolve)
    })
    return Promise.race([stopped, mustEnd.then(() => this.#report ?? this.#reportSoFar() ?? stopped)])
  }

  #stop(options: StopOptions, begins: 'at-once' | 'after-turn'): Promise<ShutdownReport> {
    const plan = reading('stop', () => resolveStop(options, this.defaultDeadlineMs))
    const [first] = this.#stopping
    if (first) return first.promise
    this.#warnings.flush()
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

  hurry(ms: number): void {
    this.#kernelLoop.dispatch({ type: 'hurry', deadline: this.#kernelLoop.clock.monotonic() + ms })
    this.#hurried?.()
    this.#flushing?.shorten(ms)
  }

  async #sequence(
    plan: StopPlan,
    startedMono: number,
    begins: 'at-once' | 'after-turn',
  ): Promise<ShutdownReport> {
    const { clock } = this.#kernelLoop
    const { promise: hurried, resolve: hurry } = deferred<void>()
    const { promise: ended, resolve: end } = deferred<void>()
    this.#hurried = hurry
    this.#ended = end
    const delayMs = Math.min(plan.drainDelayMs, plan.deadlineMs / 2)
    if (delayMs > 0 || begins === 'after-turn') await atMost(clock, delayMs, hurried)
    if (plan.before) await this.#waitForBefore(plan.before, startedMono + plan.deadlineMs, hurried)
    this.beforeQuiet()
    this.#kernelLoop.dispatch({ type: 'quiet' })
    if (plan.drain) for (const tell of this.#onDraining) tell()
    await ended
    await this.#waitForReleased(startedMono)
    if (this.closeFleet) await this.closeFleet(this.#leftMs(startedMono))
    const report = this.#buildReport(plan, startedMono)
    this.#report = report
    this.#kernelLoop.batch(() => {
      this.#kernelLoop.emit({ type: 'shutdown.ended', seq: unnumbered, at: clock.now(), report })
      this.#kernelLoop.observers.close()
    })
    await this.#flush(startedMono)
    for (const close of this.#closing) close()
    return report
  }

  async #waitForBefore(before: () => unknown, deadline: number, hurried: Promise<void>): Promise<void> {
    const { clock } = this.#kernelLoop
    const beganMono = clock.monotonic()
    const limitMs = (deadline - beganMono) / 2
    let hasEnded = false
    const ended = this.#callBefore(before).then(() => {
      hasEnded = true
    })
    await atMost(clock, limitMs, Promise.race([hurried, ended]))
    if (hasEnded) return
    const waitedMs = clock.monotonic() - beganMono
    const limit = waitedMs < limitMs ? '' : ' (its limit: half of the time that was left)'
    const cause =
      'If it closes a server, connections are still open, such as event streams or keep-alive connections'
    const text = `\`before\` has not ended after ${formatMs(waitedMs)}${limit}: the stop goes on without it`
    this.#warnings.add(`${text}. ${cause}`)
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
    const leftMs = this.#leftMs(startedMono, 0)
    this.#flushing = expiresIn(this.#kernelLoop.clock, leftMs)
    await this.#kernelLoop.observers.flush(this.#kernelLoop.clock.now() + leftMs, this.#flushing.expired)
    this.#flushing.cancel()
    this.#flushing = undefined
  }

  arm(at: number): void {
    this.#kernelLoop.timers.set(this.#alarm, at)
  }

  onStarted(now: Now): void {
    const [stopping] = this.#stopping
    if (!stopping) return
    const { reason, deadlineMs } = stopping.plan
    const plan = this.order()
    this.#kernelLoop.emit({
      type: 'shutdown.started',
      seq: unnumbered,
      at: now.wall,
      reason,
      deadlineMs,
      plan,
    })
  }

  order(): EventOf<'shutdown.started'>['plan'] {
    const tasks = [...this.#kernelLoop.kernel.tasks.values()].map(({ name, config }) => ({ name, ...config }))
    const names = planShutdown(tasks)
    return priorities.map((priority, index) => ({ priority, tasks: names[index] ?? [] }))
  }

  onClassEnded(effect: Extract<Effect, { do: 'class-ended' }>, now: Now): void {
    const { priority, tookMs, tasks } = effect
    // `effect.abandoned` does not contain tasks whose abandoned runs have already ended.
    const names = new Set([...effect.abandoned, ...this.#abandoned.namesDuringStop()])
    const abandoned = tasks.filter((name) => names.has(name))
    this.#classes.push({ priority, tookMs, tasks, abandoned })
    this.#kernelLoop.emit({
      type: 'shutdown.class-ended',
      seq: unnumbered,
      at: now.wall,
      priority,
      tookMs,
      tasks,
      abandoned,
    })
  }

  onEnded(): void {
    this.#ended?.()
  }

  onAbandoned(run: LiveRun): void {
    this.#abandoned.add(run, this.#stopping.length > 0)
  }

  onSettledLate(run: LiveRun, now: Now): void {
    this.#abandoned.onSettledLate(run, this.isStopping, now)
  }

  async #waitForReleased(startedMono: number): Promise<void> {
    // A second signal can shorten the deadline during the wait. The loop then waits again with the new deadline.
    for (let round = 0; round < 2 && !this.released.isEmpty; round += 1) {
      const { promise: hurried, resolve } = deferred<void>()
      this.#hurried = resolve
      await atMost(
        this.#kernelLoop.clock,
        this.#leftMs(startedMono),
        Promise.race([this.released.ended(), hurried]),
      )
    }
    for (const run of this.released.abandonAll()) this.#abandoned.add(run, true)
  }

  #leftMs(startedMono: number, reservedMs = flushMs): number {
    const { clock, kernel } = this.#kernelLoop
    return Math.max(0, (kernel.shutdown?.deadline ?? startedMono) - reservedMs - clock.monotonic())
  }

  onEscalated(record: TaskRecord): void {
    this.#escalated.push(record.info.name)
    if (record.settings.gatesLiveness) this.#notLive.add(record)
  }

  onHostExpired({ info }: TaskRecord): void {
    this.#expired.push(info.name)
    this.#warnings.add(
      `Task '${info.name}': ${hostOf(info)} has not stopped it in time, so the stop goes on without it`,
    )
  }

  #reportSoFar(): ShutdownReport | undefined {
    const [stopping] = this.#stopping
    return stopping && this.#buildReport(stopping.plan, stopping.startedMono)
  }

  #buildReport(plan: StopPlan, startedMono: number): ShutdownReport {
    const now = this.#kernelLoop.now()
    const abandoned = this.#abandoned.report(now)
    const isLate = this.#expired.length > 0
    const isClean = abandoned.length === 0 && this.#escalated.length === 0 && !isLate
    return {
      reason: plan.reason,
      tookMs: now.mono - startedMono,
      deadlineMs: plan.deadlineMs,
      classes: [...this.#classes],
      abandoned,
      escalated: [...this.#escalated],
      exitCode: isClean ? 0 : 1,
    }
  }
}
