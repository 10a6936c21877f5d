import {
  type Attributes,
  context,
  isSpanContextValid,
  type Link,
  type Span,
  SpanKind,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { HealthStatus, RunScope, TaskInfo } from '@runwell/core'
import type { OtelObserverOptions } from '../options.ts'
import { tracerSource } from '../scope.ts'
import { annotationsOf, contextOf, linkTo } from './links.ts'
import { startAttributes, taskAttributes } from './run-attributes.ts'
import { supervisorSpan } from './supervisor-span.ts'

/** Makes the spans of runs, with all that they know at their start. */
export class SpanMaker {
  readonly tracer: () => Tracer
  readonly #options: OtelObserverOptions
  readonly #health = new Map<string, HealthStatus>()
  readonly #base = new WeakMap<TaskInfo, Attributes>()
  readonly #supervisor: ReturnType<typeof supervisorSpan>

  constructor(options: OtelObserverOptions) {
    this.#options = options
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

  /** A trace of its own for a run, or for the start of a loop's generation. Leaves its ids on the run. */
  root(name: string, scope: RunScope): Span {
    const links: Link[] = []
    const supervisor = this.#supervisor.context()
    if (supervisor !== undefined) links.push(linkTo(supervisor, 'supervisor'))
    const previous = contextOf(scope.previous?.annotations)
    if (previous !== undefined) links.push(linkTo(previous, 'previous_run'))
    const generation = contextOf(scope.parent)
    if (generation !== undefined) links.push(linkTo(generation, 'generation'))

    const caller = trace.getSpan(context.active())
    if (caller !== undefined && isSpanContextValid(caller.spanContext())) {
      links.push(linkTo(caller.spanContext(), 'trigger'))
    }
    links.push(...(this.#options.links?.(scope) ?? []))

    const span = this.#start(name, scope, { root: true, links })
    const spanContext = span.spanContext()
    if (isSpanContextValid(spanContext)) {
      scope.annotate(annotationsOf(spanContext))
      caller?.addLink(linkTo(spanContext, 'run'))
    }
    return span
  }

  /** A span inside the trace of the run that `scope` is a part of. */
  child(name: string, scope: RunScope): Span {
    const active = context.active()
    const parent = trace.getSpan(active) === undefined ? contextOf(scope.parent) : undefined
    const within = parent === undefined ? active : trace.setSpanContext(active, parent)
    return this.tracer().startSpan(name, this.#spanOptions(scope, {}), within)
  }

  #start(name: string, scope: RunScope, options: SpanOptions): Span {
    return this.tracer().startSpan(name, this.#spanOptions(scope, options))
  }

  #spanOptions(scope: RunScope, options: SpanOptions): SpanOptions {
    return {
      ...options,
      kind: this.#options.spanKind ?? SpanKind.INTERNAL,
      attributes: startAttributes(this.base(scope.task), scope, this.#health.get(scope.task.name)),
    }
  }
}
