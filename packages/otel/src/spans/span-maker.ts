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
import type { OtelObserverOptions } from '../options.ts'
import { tracerSource } from '../scope.ts'
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
    const links = this.#links(scope, caller?.spanContext())
    const attributes = this.#attributes(scope)
    // Also where no span is active: there are tracers that go on with a trace of their own unless they are asked for a root.
    const options: SpanOptions = { root: true, kind: this.#kind, attributes, links }
    if (startTime !== undefined) options.startTime = startTime
    const span = this.tracer().startSpan(name, options, active)
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
    return this.tracer().startSpan(name, { kind: this.#kind, attributes, startTime }, within)
  }

  #links(scope: RunScope, caller: SpanContext | undefined): Link[] {
    const links: Link[] = []
    const supervisor = this.#supervisor.link()
    if (supervisor !== undefined) links.push(supervisor)
    const previous = contextOf(scope.previous?.annotations)
    if (previous !== undefined) links.push(linkTo(previous, 'previous_run'))
    const generation = contextOf(scope.parent)
    if (generation !== undefined) links.push(linkTo(generation, 'generation'))
    if (caller !== undefined && isMade(caller)) links.push(linkTo(caller, 'trigger'))
    const own = this.#options.links?.(scope)
    if (own !== undefined) links.push(...own)
    return links
  }

  #attributes(scope: RunScope): Attributes {
    const attributes = startAttributes(scope, this.#health.get(scope.task.name))
    const isPlain = this.#options.attributes === undefined && this.#supervisor.supervisorName() === 'default'
    return isPlain ? attributes : { ...this.base(scope.task), ...attributes }
  }
}
