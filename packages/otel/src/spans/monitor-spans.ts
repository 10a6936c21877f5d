import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { EventOf, RunScope } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { errorType } from '../base/results.ts'
import { toSeconds } from '../base/seconds.ts'
import type { SpanFactory } from './span-factory.ts'

type Tick = EventOf<'monitor.ticked'>
type Scheduled = EventOf<'restart.scheduled'>

const hourMs = 3_600_000

/**
 * The spans `monitor`, `restart {task}` and `control {task}`. Each span is created when its work is over, so
 * no span can stay open.
 */
export class MonitorSpans {
  readonly #factory: SpanFactory
  readonly #which: 'changes' | 'all' | false
  readonly #restarts = new Map<string, Scheduled>()
  #lastShownAt = Number.NEGATIVE_INFINITY

  constructor(factory: SpanFactory, which: 'changes' | 'all' | false) {
    this.#factory = factory
    this.#which = which
  }

  ticked(tick: Tick): void {
    if (!this.#isShown(tick)) return
    this.#lastShownAt = tick.startedAt
    const tracer = this.#factory.tracer()
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

  controlPerformed({
    at,
    task,
    info,
    control,
    by,
    reason,
    result,
    runId,
  }: EventOf<'control.performed'>): void {
    const span = this.#factory.tracer().startSpan(`control ${task}`, {
      root: true,
      startTime: at,
      attributes: {
        ...this.#factory.base(info),
        [attr.controlName]: control,
        [attr.controlResult]: result,
        ...(by === undefined ? {} : { [attr.controlBy]: by }),
        ...(reason === undefined ? {} : { [attr.controlReason]: reason }),
        ...(runId === undefined ? {} : { [attr.runId]: runId }),
      },
    })
    span.end(at)
  }

  restartScheduled(event: Scheduled): void {
    this.#restarts.set(event.task, event)
  }

  runStarted({ task: { name }, unit, startedAt }: RunScope): void {
    if (this.#restarts.size === 0) return // the usual case: return early, because every run calls this
    const scheduled = this.#restarts.get(name)
    if (scheduled === undefined || unit !== undefined) return
    this.#restarts.delete(name)
    const span = this.#factory.tracer().startSpan(`restart ${name}`, {
      root: true,
      startTime: scheduled.at,
      attributes: {
        ...this.#factory.base(scheduled.info),
        [attr.restartReason]: scheduled.cause,
        [attr.restartDelay]: toSeconds(scheduled.delayMs),
        [attr.restartStreak]: scheduled.streak,
        ...(scheduled.error === undefined
          ? {}
          : { [attr.errorType]: errorType(scheduled.error, scheduled.cause) }),
      },
    })
    span.end(Math.max(startedAt, scheduled.at))
  }

  forget(task: string): void {
    this.#restarts.delete(task)
  }

  #isShown(tick: Tick): boolean {
    if (this.#which !== 'changes') return this.#which === 'all'
    if (tick.changed.length > 0 || tick.recoveries.length > 0) return true
    return tick.startedAt - this.#lastShownAt >= hourMs
  }
}
