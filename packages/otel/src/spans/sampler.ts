import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  type SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { check, checkOptions, type OptionTable, takes } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'

/** A sampler that the SDKs of OpenTelemetry 2.x and 3.x accept. */
export interface RootSampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult
  toString(): string
}

/**
 * The result of a sampler. `decision` is a number of OpenTelemetry: 0 drops the span, 2 records and exports the span.
 */
export interface SamplingResult {
  readonly decision: number
  readonly attributes?: Readonly<Attributes>
}

/** Options of `runwellSampler`. */
export interface RunwellSamplerOptions {
  /** The share of ordinary runs to keep, from 0 to 1. */
  readonly ratio: number
  /** The sampler for root spans that do not belong to runs, such as requests. @defaultValue keeps all these spans */
  readonly others?: RootSampler | undefined
}

const aRatio = takes<number>(
  'a number from 0 to 1',
  (value) => typeof value === 'number' && value >= 0 && value <= 1,
)
const known: OptionTable<RunwellSamplerOptions> = {
  ratio: aRatio,
  others: takes<RootSampler>(
    'a sampler with a method shouldSample()',
    (value) => typeof (value as Partial<RootSampler> | null)?.shouldSample === 'function',
  ),
}

/**
 * Creates a sampler that keeps all runs of these kinds:
 *
 * - the first run of a task in a process
 * - a run after a run that did not succeed
 * - runs of a degraded or unhealthy task
 * - restarts, and manually triggered runs
 * - a run that a process of a fleet takes over
 *
 * Of all other runs, the sampler keeps the share `ratio`. It decides separately for each unit of a loop: it keeps all
 * units of a degraded or unhealthy loop, and the share `ratio` of all other units. A unit of another task is kept if
 * its run is kept.
 *
 * If a task has its own `trace: { ratio }`, that ratio is used for the task. The sampler decides at the start of a run
 * or unit. So a run that fails after a success is kept only with the probability `ratio`, and so is a failing unit of a
 * healthy loop.
 *
 * @throws {@link InvalidOptionError} if an option is unknown or invalid.
 */
export function runwellSampler(options: RunwellSamplerOptions): RootSampler {
  checkOptions('runwellSampler', options, known, '')
  const { others } = options
  const ratio = check('ratio', options.ratio, aRatio)
  return {
    shouldSample(
      context: Context,
      traceId: string,
      spanName: string,
      spanKind: SpanKind,
      attributes: Attributes,
      links: Link[],
    ): SamplingResult {
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

/**
 * Spans of runs, of units and of the start of a loop have a trigger. Spans of the end of a loop and of some controls
 * have only a run id.
 */
function isOfRun(attributes: Attributes): boolean {
  return attributes[attr.runTrigger] !== undefined || attributes[attr.runId] !== undefined
}

function isKept(attributes: Attributes, traceId: string, ratio: number): boolean {
  if (attributes[attr.taskTraceRatio] !== undefined) return true // the observer has already applied the task's ratio
  const health = attributes[attr.healthState]
  if (health === 'degraded' || health === 'unhealthy') return true
  return (attributes[attr.unit] === undefined && isNotable(attributes)) || traceIdToUnit(traceId) < ratio
}

/** At the start, only a run that takes over a lost attempt has the number of its attempt. */
function isNotable(attributes: Attributes): boolean {
  if (attributes[attr.runPreviousResult] !== 'success' || attributes[attr.runAttempt] !== undefined)
    return true
  const trigger = attributes[attr.runTrigger]
  return trigger === 'manual' || trigger === 'restart'
}

/** Returns a number from 0 to 1. The number is the same in every process for one trace. */
function traceIdToUnit(traceId: string): number {
  return Number.parseInt(traceId.slice(-13), 16) / 2 ** 52
}

function decide(isSampled: boolean): SamplingResult {
  return { decision: isSampled ? 2 : 0 }
}
