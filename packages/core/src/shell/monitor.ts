import type { ClockTimer } from '../base/clock.ts'
import type { RestartRefusal } from '../base/words.ts'
import type { EventOf } from '../events/events.ts'
import { newAlarm } from './alarm.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { TaskCounts } from './task-counts.ts'

/** The timer counts as dead when it is overdue by so much. */
const overdueMs = 5_000
/** So long after it was found overdue it is looked at again. */
const secondLookMs = 1_000
/** The monitor counts as dead after so many ticks that did not come. */
const missedTicks = 3

/** Takes taskCounts at a steady beat, and is itself watched. */
export class Monitor {
  readonly #kernelLoop: KernelLoop
  readonly #taskCounts: TaskCounts
  readonly #intervalMs: number
  readonly #verdict: () => { readonly live: boolean; readonly ready: boolean }
  readonly #alarm = newAlarm('monitor')
  #recoveries: EventOf<'monitor.ticked'>['recoveries'][number][] = []
  #watchdog: ClockTimer | undefined
  #tickedLoop: number | undefined

  constructor(
    kernelLoop: KernelLoop,
    taskCounts: TaskCounts,
    intervalMs: number,
    verdict: () => { readonly live: boolean; readonly ready: boolean },
  ) {
    this.#kernelLoop = kernelLoop
    this.#taskCounts = taskCounts
    this.#intervalMs = intervalMs
    this.#verdict = verdict
  }

  start(): void {
    this.tick()
    this.#watch(Math.min(this.#intervalMs, 30_000))
  }

  stop(): void {
    this.#watchdog?.cancel()
    this.#watchdog = undefined
    this.#kernelLoop.timers.set(this.#alarm, Number.POSITIVE_INFINITY)
  }

  /** Whether ticks have stopped coming, though the event loop was free. */
  get isDead(): boolean {
    if (this.#tickedLoop === undefined) return false
    return this.#kernelLoop.clock.awake() - this.#tickedLoop > missedTicks * this.#intervalMs + overdueMs
  }

  tick(): void {
    const { clock, kernel } = this.#kernelLoop
    const startedAt = clock.now()
    const startedMono = clock.monotonic()
    this.#tickedLoop = clock.awake()
    const recoveries = this.#recoveries
    this.#recoveries = []
    const { tasks, byState, byHealth, byPriority } = this.#taskCounts
    const { live, ready } = this.#verdict()
    const changed = this.#taskCounts.takeChanged()
    this.#kernelLoop.emit({
      type: 'monitor.ticked',
      at: clock.now(),
      startedAt,
      tookMs: clock.monotonic() - startedMono,
      tasks,
      byState: { ...byState },
      byHealth: { ...byHealth },
      byCategory: this.#taskCounts.categories(),
      byPriority: { ...byPriority },
      health: this.#taskCounts.health(),
      live,
      ready,
      changed,
      recoveries,
    })
    if (kernel.phase !== 'stopped') this.#kernelLoop.timers.set(this.#alarm, startedMono + this.#intervalMs)
  }

  /** A rule has asked for a restart. */
  onRecovery(task: string, rule: string, refused: RestartRefusal | undefined): void {
    if (this.#recoveries.length < 100) this.#recoveries.push({ task, rule, refused })
  }

  /**
   * An interval of its own: whatever happened to the one timer, this one finds that it is overdue. When the event loop
   * was held both are late, so it looks twice.
   *
   * @param suspect - what the timer was armed for when it was found overdue
   */
  #watch(delayMs: number, suspect?: number): void {
    const { clock, timers } = this.#kernelLoop
    this.#watchdog = clock.timer(
      () => {
        const { armedAt } = timers
        const lateMs = clock.monotonic() - armedAt
        const isOverdue = lateMs >= overdueMs
        if (isOverdue && armedAt === suspect) this.#rearm(lateMs)
        if (this.#kernelLoop.kernel.phase === 'stopped') return
        if (isOverdue && armedAt !== suspect) this.#watch(secondLookMs, armedAt)
        else this.#watch(Math.min(this.#intervalMs, 30_000))
      },
      delayMs,
      false,
    )
  }

  #rearm(overdueMs: number): void {
    const { clock, timers } = this.#kernelLoop
    timers.cancel()
    this.#kernelLoop.batch(() =>
      this.#kernelLoop.emit({ type: 'monitor.stalled', at: clock.now(), overdueMs }),
    )
    this.#kernelLoop.wake()
  }
}
