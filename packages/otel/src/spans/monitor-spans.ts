import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { EventOf, RunScope } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { errorType } from '../base/results.ts'
import type { SpanMaker } from './span-factory.ts'

type Tick = EventOf<'monitor.ticked'>
type Scheduled = EventOf<'restart.scheduled'>

const hourMs = 3_600_000

/**
 * Spans of what the supervisor does by itself: `monitor` for a tick and `restart {task}` for a wait before a restart.
 * All are made when what they tell of is over, with its true times, so that none of them can be left open.
 */
export class MonitorSpans {
  readonly #maker: SpanMaker
  readonly #which: 'changes' | 'all' | 'off'
  readonly #restarts = new Map<string, Scheduled>()
  #shownAt = Number.NEGATIVE_INFINITY

  constructor(maker: SpanMaker, which: 'changes' | 'all' | 'off') {
    this.#maker = maker
    this.#which = which
  }

  ticked(tick: Tick): void {
    if (!this.#isShown(tick)) return
    this.#shownAt = tick.startedAt
    const tracer = this.#maker.tracer()
    const endedAt = tick.startedAt + tick.tookMs
    const span = tracer.startSpan('monitor', {
      root: true,
      startTime: tick.startedAt,
      attributes: {
        [attr.monitorTasks]: tick.tasks,
        [attr.monitorChanged]: [...tick.changed],
        [attr.monitorRecoveries]: tick.recoveries.length,
        [attr.supervisorHealth]: tick.health,
      },
    })
    const within = trace.setSpan(ROOT_CONTEXT, span)
    for (const { task, rule, refused } of tick.recoveries) {
      const attributes = {
        [attr.taskName]: task,
        [attr.rule]: rule,
        ...(refused === undefined ? {} : { [attr.restartRefused]: refused }),
      }
      const options = { startTime: tick.startedAt, attributes }
      tracer.startSpan(`restart ${task}`, options, within).end(endedAt)
    }
    span.end(endedAt)
  }

  restartScheduled(event: Scheduled): void {
    this.#restarts.set(event.task, event)
  }

  /** A run has begun: if a restart was being waited for, this is it. */
  runStarted({ task: { name }, unit, startedAt }: RunScope): void {
    if (this.#restarts.size === 0) return // nearly always, and this is on the path of every run
    const waited = this.#restarts.get(name)
    if (waited === undefined || unit !== undefined) return
    this.#restarts.delete(name)
    const span = this.#maker.tracer().startSpan(`restart ${name}`, {
      root: true,
      startTime: waited.at,
      attributes: {
        ...this.#maker.base(waited.info),
        [attr.restartReason]: waited.cause,
        [attr.restartDelay]: waited.delayMs / 1000,
        [attr.restartStreak]: waited.streak,
        ...(waited.error === undefined ? {} : { [attr.errorType]: errorType(waited.error, waited.cause) }),
      },
    })
    span.end(Math.max(startedAt, waited.at))
  }

  /** The restart that was waited for will not come. */
  forget(task: string): void {
    this.#restarts.delete(task)
  }

  #isShown(tick: Tick): boolean {
    if (this.#which !== 'changes') return this.#which === 'all'
    if (tick.changed.length > 0 || tick.recoveries.length > 0) return true
    return tick.startedAt - this.#shownAt >= hourMs
  }
}
