import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  type SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { InvalidOptionError } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'

/** A sampler, in the shape that the SDKs of both lines take. */
export interface RootSampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingAnswer
  toString(): string
}

/** `decision`: 0 drops, 2 records and exports, in the numbers of OpenTelemetry. */
export interface SamplingAnswer {
  readonly decision: number
  readonly attributes?: Readonly<Attributes>
}

/** Options of `runwellSampler`. */
export interface RunwellSamplerOptions {
  /** Share of the runs that went well and told nothing new, from 0 to 1. */
  readonly ratio: number
  /** Decides about roots that are no runs, such as requests. @defaultValue all are kept */
  readonly others?: RootSampler | undefined
}

/**
 * Keeps the runs that one looks for: the first one of a task, the one after a run that did not succeed, any run of a
 * task that is not healthy, restarts, and what was triggered by hand. Of the others it keeps a share, or what the
 * task's own `trace: { ratio }` has let through. What a run calls is kept or dropped with it.
 *
 * A failure itself can't be foreseen: a run that fails after a success is kept by the ratio alone, the next one always.
 *
 * @throws {@link InvalidOptionError} when `ratio` is not from 0 to 1.
 */
export function runwellSampler({ ratio, others }: RunwellSamplerOptions): RootSampler {
  if (!(ratio >= 0 && ratio <= 1)) throw new InvalidOptionError('ratio', 'a number from 0 to 1', ratio)
  return {
    shouldSample(
      context: Context,
      traceId: string,
      spanName: string,
      spanKind: SpanKind,
      attributes: Attributes,
      links: Link[],
    ): SamplingAnswer {
      const parent = trace.getSpanContext(context)
      if (parent !== undefined && isSpanContextValid(parent)) {
        return decide((parent.traceFlags & TraceFlags.SAMPLED) !== 0)
      }
      if (isOfRun(attributes)) return decide(isKept(attributes, traceId, ratio))
      return others?.shouldSample(context, traceId, spanName, spanKind, attributes, links) ?? decide(true)
    },
    toString: () => `RunwellSampler{ratio=${ratio}}`,
  }
}

/** The start of a run, which knows what asked for it, or the end of a loop, which knows its id. */
function isOfRun(attributes: Attributes): boolean {
  return attributes[attr.runTrigger] !== undefined || attributes[attr.runId] !== undefined
}

function isKept(attributes: Attributes, traceId: string, ratio: number): boolean {
  if (attributes[attr.taskTraceRatio] !== undefined) return true // the observer has thrown that dice
  if (attributes[attr.runPreviousResult] !== 'success') return true
  const trigger = attributes[attr.runTrigger]
  if (trigger === 'manual' || trigger === 'restart') return true
  const health = attributes[attr.healthState]
  if (health === 'degraded' || health === 'unhealthy') return true
  return share(traceId) < ratio
}

/** From 0 to 1, by the random half of the trace id, so that all who see the trace decide alike. */
function share(traceId: string): number {
  return Number.parseInt(traceId.slice(-13), 16) / 2 ** 52
}

function decide(isSampled: boolean): SamplingAnswer {
  return { decision: isSampled ? 2 : 0 }
}
