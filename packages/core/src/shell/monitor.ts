import type { ClockTimer } from '../base/clock.ts'
import type { RestartRefusal } from '../base/words.ts'
import type { MonitorTicked } from '../events/events.ts'
import { newAlarm } from './alarm.ts'
import type { Engine } from './kernel-loop.ts'
import type { Stock } from './task-counts.ts'

/** The timer counts as dead when it is overdue by so much. */
const overdueMs = 5_000
/** So long after it was found overdue it is looked at again. */
const secondLookMs = 1_000
/** The monitor counts as dead after so many ticks that did not come. */
const missedTicks = 3

/** Takes stock at a steady beat, and is itself watched. */
export class Monitor {
  readonly #engine: Engine
  readonly #stock: Stock
  readonly #intervalMs: number
  readonly #verdict: () => { readonly live: boolean; readonly ready: boolean }
  readonly #alarm = newAlarm('monitor')
  #recoveries: MonitorTicked['recoveries'][number][] = []
  #watchdog: ClockTimer | undefined
  #tickedLoop: number | undefined

  constructor(
    engine: Engine,
    stock: Stock,
    intervalMs: number,
    verdict: () => { readonly live: boolean; readonly ready: boolean },
  ) {
    this.#engine = engine
    this.#stock = stock
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
    this.#engine.timers.set(this.#alarm, Number.POSITIVE_INFINITY)
  }

  /** Whether ticks have stopped coming, though the event loop was free. */
  get isDead(): boolean {
    if (this.#tickedLoop === undefined) return false
    return this.#engine.clock.loop() - this.#tickedLoop > missedTicks * this.#intervalMs + overdueMs
  }

  tick(): void {
    const { clock, kernel } = this.#engine
    const startedAt = clock.now()
    const startedMono = clock.monotonic()
    this.#tickedLoop = clock.loop()
    const recoveries = this.#recoveries
    this.#recoveries = []
    const { tasks, byState, byHealth, byPriority } = this.#stock
    const { live, ready } = this.#verdict()
    const changed = this.#stock.takeChanged()
    this.#engine.tell({
      type: 'monitor.ticked',
      at: clock.now(),
      startedAt,
      tookMs: clock.monotonic() - startedMono,
      tasks,
      byState: { ...byState },
      byHealth: { ...byHealth },
      byCategory: this.#stock.categories(),
      byPriority: { ...byPriority },
      health: this.#stock.health(),
      live,
      ready,
      changed,
      recoveries,
    })
    if (kernel.phase !== 'stopped') this.#engine.timers.set(this.#alarm, startedMono + this.#intervalMs)
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
    const { clock, timers } = this.#engine
    this.#watchdog = clock.timer(
      () => {
        const { armedAt } = timers
        const lateMs = clock.monotonic() - armedAt
        const isOverdue = lateMs >= overdueMs
        if (isOverdue && armedAt === suspect) this.#rearm(lateMs)
        if (this.#engine.kernel.phase === 'stopped') return
        if (isOverdue && armedAt !== suspect) this.#watch(secondLookMs, armedAt)
        else this.#watch(Math.min(this.#intervalMs, 30_000))
      },
      delayMs,
      false,
    )
  }

  #rearm(overdueMs: number): void {
    const { clock, timers } = this.#engine
    timers.cancel()
    this.#engine.batch(() => this.#engine.tell({ type: 'monitor.stalled', at: clock.now(), overdueMs }))
    this.#engine.wake()
  }
}
