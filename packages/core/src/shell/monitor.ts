import type { ClockTimer } from '../base/clock.ts'
import type { RestartRefusal } from '../base/words.ts'
import { unnumbered } from '../events/base-event.ts'
import type { EventOf } from '../events/events.ts'
import { newAlarm } from './alarm.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { MonitorPulse } from './monitor-pulse.ts'
import { overdueMs } from './monitor-pulse.ts'
import type { TaskCounts } from './task-counts.ts'

const secondLookMs = 1_000

export interface ProbeSource {
  live(): { readonly ok: boolean }
  ready(): { readonly ok: boolean }
}

export class Monitor {
  readonly #kernelLoop: KernelLoop
  readonly #taskCounts: TaskCounts
  readonly #intervalMs: number
  readonly #pulse: MonitorPulse
  readonly #probes: ProbeSource
  readonly #alarm = newAlarm('monitor')
  #recoveries: EventOf<'monitor.ticked'>['recoveries'][number][] = []
  #timerCheck: ClockTimer | undefined

  constructor(
    kernelLoop: KernelLoop,
    taskCounts: TaskCounts,
    intervalMs: number,
    pulse: MonitorPulse,
    probes: ProbeSource,
  ) {
    this.#kernelLoop = kernelLoop
    this.#taskCounts = taskCounts
    this.#intervalMs = intervalMs
    this.#pulse = pulse
    this.#probes = probes
  }

  start(): void {
    this.tick()
    this.#watch(Math.min(this.#intervalMs, 30_000))
  }

  stop(): void {
    this.#timerCheck?.cancel()
    this.#timerCheck = undefined
    this.#pulse.stop()
    this.#kernelLoop.timers.set(this.#alarm, Number.POSITIVE_INFINITY)
  }

  tick(): void {
    const { clock, kernel } = this.#kernelLoop
    const startedAt = clock.now()
    const startedMono = clock.monotonic()
    this.#pulse.beat()
    const recoveries = this.#recoveries
    this.#recoveries = []
    const { tasks, byState, byHealth, byPriority } = this.#taskCounts
    const live = this.#probes.live().ok
    const ready = this.#probes.ready().ok
    const changed = this.#taskCounts.takeChanged()
    this.#kernelLoop.emit({
      type: 'monitor.ticked',
      seq: unnumbered,
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

  onRecovery(task: string, rule: string, refused: RestartRefusal | undefined): void {
    if (this.#recoveries.length < 100) this.#recoveries.push({ task, rule, refused })
  }

  /**
   * A late timer is checked a second time before it is set again, because a blocked event loop makes every timer
   * late.
   */
  #watch(delayMs: number, overdueAt?: number): void {
    const { clock, timers } = this.#kernelLoop
    this.#timerCheck = clock.timer(
      () => {
        const { armedAt } = timers
        const lateMs = clock.monotonic() - armedAt
        const isOverdue = lateMs >= overdueMs
        if (isOverdue && armedAt === overdueAt) this.#rearm(lateMs)
        if (this.#kernelLoop.kernel.phase === 'stopped') return
        if (isOverdue && armedAt !== overdueAt) this.#watch(secondLookMs, armedAt)
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
      this.#kernelLoop.emit({ type: 'monitor.stalled', seq: unnumbered, at: clock.now(), overdueMs }),
    )
    this.#kernelLoop.wake()
  }
}
