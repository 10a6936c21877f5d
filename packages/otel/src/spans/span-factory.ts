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
import { attr } from '../base/attribute-keys.ts'
import type { OtelObserverOptions } from '../options/observer-options.ts'
import { tracerSource } from '../sdk/scope.ts'
import { withoutSpan } from './fast-context.ts'
import { annotationsOf, contextOf, isMade, linkTo } from './links.ts'
import { startAttributes, taskAttributes } from './run-attributes.ts'
import { supervisorSpan } from './supervisor-span.ts'

/** Makes the spans of runs, with all that they know at their start. */
export class SpanMaker {
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

  /** Whose spans these are; without it they are linked to no supervisor. */
  belongTo(supervisor: { readonly name: string; readonly instanceId: string }): void {
    this.#supervisor.name(supervisor)
  }

  /** Keeps the health of a task, for the attribute that samplers read; `undefined` forgets the task. */
  noteHealth(task: string, health: HealthStatus | undefined): void {
    if (health === undefined) this.#health.delete(task)
    else this.#health.set(task, health)
  }

  healthOf(task: string): HealthStatus | undefined {
    return this.#health.get(task)
  }

  base(info: TaskInfo): Attributes {
    const known = this.#base.get(info)
    if (known !== undefined) return known
    const made = taskAttributes(info, this.#options.attributes?.(info), this.#supervisor.supervisorName())
    this.#base.set(info, made)
    return made
  }

  /**
   * A trace of its own for a run, or for the start of a loop's generation. Leaves its ids on the run.
   *
   * @param active - the context that is active
   * @param startTime - now, unless it is known better
   */
  root(name: string, scope: RunScope, active: Context, startTime?: HrTime): Span {
    const caller = trace.getSpan(active)
    const supervisor = this.#supervisor.link()
    const links = this.#links(scope, caller?.spanContext())
    const attributes = this.#attributes(scope)
    // Also where no span is active: there are tracers that go on with a trace of their own unless they are asked for a root.
    const options: SpanOptions = { root: true, kind: this.#kind, attributes }
    if (links !== undefined) options.links = links
    if (startTime !== undefined) options.startTime = startTime
    const span = this.tracer().startSpan(name, options, withoutSpan(active))
    if (span.isRecording()) {
      this.#describe(span, scope)
      addLinks(span, scope, supervisor)
    }
    const spanContext = span.spanContext()
    if (isMade(spanContext)) {
      scope.annotate(annotationsOf(spanContext))
      caller?.addLink(linkTo(spanContext, 'run'))
    }
    return span
  }

  /** A span inside the trace of the run that `scope` is a part of. */
  child(name: string, scope: RunScope, active: Context, startTime: HrTime): Span {
    const parent = trace.getSpan(active) === undefined ? contextOf(scope.parent) : undefined
    const within = parent === undefined ? active : trace.setSpanContext(active, parent)
    const attributes = this.#attributes(scope)
    const span = this.tracer().startSpan(name, { kind: this.#kind, attributes, startTime }, within)
    if (span.isRecording()) this.#describe(span, scope)
    return span
  }

  /** Those that a sampler may want: to who asked for the run, and the user's own. */
  #links(scope: RunScope, caller: SpanContext | undefined): Link[] | undefined {
    const own = this.#options.links?.(scope)
    if (caller === undefined || !isMade(caller)) return own === undefined ? undefined : [...own]
    return [linkTo(caller, 'trigger'), ...(own ?? [])]
  }

  #attributes(scope: RunScope): Attributes {
    const attributes = startAttributes(scope, this.#health.get(scope.task.name))
    return this.#isPlain() ? attributes : { ...this.base(scope.task), ...attributes }
  }

  /** Nothing of the user's, or of the supervisor's, is among the attributes of a task. */
  #isPlain(): boolean {
    return this.#options.attributes === undefined && this.#supervisor.supervisorName() === 'default'
  }

  /** What no sampler asks for: an SDK goes over all that it is given at the start three times, and over this once. */
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
  const former = contextOf(previous?.annotations)
  if (former !== undefined) span.addLink(linkTo(former, 'previous_run'))
  const generation = contextOf(parent)
  if (generation !== undefined) span.addLink(linkTo(generation, 'generation'))
}
