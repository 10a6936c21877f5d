import {
  type Attributes,
  type Context,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { HealthStatus, RunScope, TaskInfo } from '@runwell/core'
import { pageOfTask } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'
import type { OtelObserverOptions } from '../options/observer-options.ts'
import { tracerSource } from '../sdk/scope.ts'
import { withoutSpan } from './fast-context.ts'
import { annotationsOf, isFromSdk, linkTo, spanContextOf } from './links.ts'
import { parentOf } from './lost-attempt.ts'
import { startAttributes, taskAttributes } from './run-attributes.ts'
import { supervisorSpan } from './supervisor-span.ts'

export class SpanFactory {
  readonly tracer: () => Tracer
  readonly #options: OtelObserverOptions
  readonly #kind: SpanKind
  readonly #health = new Map<string, HealthStatus>()
  readonly #base = new WeakMap<TaskInfo, Attributes>()
  readonly #supervisor: ReturnType<typeof supervisorSpan>

  constructor(options: OtelObserverOptions) {
    this.#options = options
    this.#kind = options.spanKind ?? SpanKind.INTERNAL
    this.tracer = tracerSource(options.tracerProvider)
    this.#supervisor = supervisorSpan(this.tracer)
  }

  setSupervisor(supervisor: { readonly name: string; readonly instanceId: string }): void {
    this.#supervisor.setSupervisor(supervisor)
  }

  setHealth(task: string, health: HealthStatus | undefined): void {
    if (health === undefined) this.#health.delete(task)
    else this.#health.set(task, health)
  }

  healthOf(task: string): HealthStatus | undefined {
    return this.#health.get(task)
  }

  base(info: TaskInfo): Attributes {
    const known = this.#base.get(info)
    if (known !== undefined) return known
    const own = this.#options.attributes?.(info)
    const { consoleUrl } = this.#options
    const page = consoleUrl === undefined ? {} : { [attr.urlFull]: pageOfTask(consoleUrl, info.name) }
    const made = { ...page, ...taskAttributes(info, own, this.#supervisor.supervisorName()) }
    this.#base.set(info, made)
    return made
  }

  /**
   * Starts a span for a run, for the start of a loop, or for a unit of a loop. The span has a parent only if the run
   * takes over a lost attempt.
   *
   * @param captured - the span that was active when the run was requested
   */
  root(name: string, scope: RunScope, active: Context, captured: Span | undefined, startTime?: HrTime): Span {
    const caller = captured ?? trace.getSpan(active)
    const supervisor = this.#supervisor.link()
    const links = this.#links(scope, caller?.spanContext())
    const attributes = this.#attributes(scope)
    const parent = scope.takesOver && this.#parentOf(scope, scope.takesOver)
    // Without `root`, some tracers would continue a trace of their own, even if no span is active.
    const options: SpanOptions = { root: parent === undefined, kind: this.#kind, attributes }
    if (links !== undefined) options.links = links
    if (startTime !== undefined) options.startTime = startTime
    const within = parent === undefined ? withoutSpan(active) : trace.setSpanContext(active, parent)
    const span = this.tracer().startSpan(name, options, within)
    if (span.isRecording()) {
      this.#describe(span, scope)
      addLinks(span, scope, supervisor)
    }
    const spanContext = span.spanContext()
    if (isFromSdk(spanContext)) {
      scope.annotate(annotationsOf(spanContext))
      if (caller?.isRecording()) caller.addLink(linkTo(spanContext, 'run'))
    }
    return span
  }

  #parentOf(scope: RunScope, attempt: NonNullable<RunScope['takesOver']>): SpanContext | undefined {
    const base = this.base(scope.task)
    return parentOf(scope, attempt, this.tracer(), this.#kind, base, this.#supervisor.instanceId())
  }

  child(name: string, scope: RunScope, active: Context, startTime: HrTime): Span {
    const parent = trace.getSpan(active) === undefined ? spanContextOf(scope.parent) : undefined
    const within = parent === undefined ? active : trace.setSpanContext(active, parent)
    const attributes = this.#attributes(scope)
    const span = this.tracer().startSpan(name, { kind: this.#kind, attributes, startTime }, within)
    if (span.isRecording()) this.#describe(span, scope)
    const spanContext = span.spanContext()
    if (isFromSdk(spanContext)) scope.annotate(annotationsOf(spanContext))
    return span
  }

  #links(scope: RunScope, caller: SpanContext | undefined): Link[] | undefined {
    const own = this.#options.links?.(scope)
    if (caller === undefined || !isFromSdk(caller)) return own === undefined ? undefined : [...own]
    return [linkTo(caller, 'trigger'), ...(own ?? [])]
  }

  #attributes(scope: RunScope): Attributes {
    const attributes = startAttributes(scope, this.#health.get(scope.task.name))
    return this.#isPlain() ? attributes : { ...this.base(scope.task), ...attributes }
  }

  /** True if the spans have no attributes of the user, no `url.full` and no supervisor name. */
  #isPlain(): boolean {
    const { attributes, consoleUrl } = this.#options
    return (
      attributes === undefined && consoleUrl === undefined && this.#supervisor.supervisorName() === 'default'
    )
  }

  /** Sets the attributes that samplers do not need. Setting them here is faster than passing them to `startSpan`. */
  #describe(span: Span, { task, runId, attempt, scheduledAt }: RunScope): void {
    if (this.#isPlain()) {
      span.setAttribute(attr.taskOwner, task.owner)
      span.setAttribute(attr.taskCategory, task.category)
      span.setAttribute(attr.taskPriority, task.priority)
      span.setAttribute(attr.taskSchedule, task.schedule.text)
    }
    span.setAttribute(attr.runId, runId)
    span.setAttribute(attr.runAttempt, attempt)
    if (scheduledAt !== undefined)
      span.setAttribute(attr.taskScheduledTime, new Date(scheduledAt).toISOString())
  }
}

function addLinks(span: Span, { previous, parent }: RunScope, supervisor: Link | undefined): void {
  if (supervisor !== undefined) span.addLink(supervisor)
  const former = spanContextOf(previous?.annotations)
  if (former !== undefined) span.addLink(linkTo(former, 'previous_run'))
  const generation = spanContextOf(parent)
  if (generation !== undefined) span.addLink(linkTo(generation, 'generation'))
}
