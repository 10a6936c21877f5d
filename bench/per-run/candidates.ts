import { otel, runwell, runwellLog, sentry } from './ours.ts'
import {
  alsAwait,
  byHand,
  cockatiel,
  cron,
  croner,
  effect,
  nodeCron,
  nodeSchedule,
  pQueue,
  promClient,
  toad,
} from './peers.ts'
import { type Call, task } from './task.ts'

interface Candidate<Id> {
  readonly id: Id
  readonly label: string
  /** The features of a Runwell run that this candidate does not have. */
  readonly lacks: string
  /** True if it needs AsyncLocalStorage, which can slow down every `await` of the process. */
  readonly als?: boolean
  /** True if it does part of its work later, in timers. */
  readonly leaves?: boolean
  /**
   * Imports the modules of the candidate. This is not done earlier, because a library may slow down other candidates.
   */
  readonly prepare: () => Call | Promise<Call>
}

export type CandidateId = (typeof list)[number]['id']

const list = [
  { id: 'await', label: 'bare await', lacks: 'everything', prepare: () => task },
  {
    id: 'by-hand',
    label: 'by hand: guard, timing, counters, last 100 runs',
    lacks: 'errors by class, timeout, signal, health, events',
    prepare: byHand,
  },
  {
    id: 'toad',
    label: 'toad-scheduler `executeAsync`',
    lacks: 'timing, counters, timeout, signal',
    prepare: toad,
  },
  { id: 'croner', label: 'croner `trigger`', lacks: 'counters, history, timeout, signal', prepare: croner },
  {
    id: 'node-schedule',
    label: 'node-schedule `invoke`',
    lacks: 'awaiting the run; timing, timeout, signal',
    prepare: nodeSchedule,
  },
  {
    id: 'cron',
    label: 'cron `fireOnTick` (`waitForCompletion`)',
    lacks: 'timing, counters, timeout, signal',
    prepare: cron,
  },
  {
    id: 'node-cron',
    label: 'node-cron `execute`',
    lacks: 'counters, history, timeout, signal',
    prepare: nodeCron,
  },
  {
    id: 'cockatiel',
    label: 'cockatiel retry',
    lacks: 'schedule, timing, counters',
    prepare: () => cockatiel('retry'),
  },
  {
    id: 'cockatiel-timeout',
    label: 'cockatiel timeout',
    lacks: 'schedule, timing, counters',
    prepare: () => cockatiel('timeout'),
  },
  {
    id: 'cockatiel-all',
    label: 'cockatiel retry, breaker, timeout',
    lacks: 'schedule, timing, counters',
    prepare: () => cockatiel('all'),
  },
  { id: 'p-queue', label: 'p-queue `add`', lacks: 'schedule, timing, counters', prepare: pQueue },
  {
    id: 'prom-client',
    label: 'prom-client histogram and counter around the call',
    lacks: 'everything but counts and durations',
    prepare: promClient,
  },
  {
    id: 'effect',
    label: 'effect `runPromise`',
    lacks: 'schedule, timing, counters',
    prepare: () => effect('plain'),
  },
  {
    id: 'effect-span',
    label: 'effect `runPromise`, retry, `withSpan` (no tracer)',
    lacks: 'schedule, counters',
    prepare: () => effect('span'),
  },
  { id: 'runwell', label: 'Runwell `trigger`', lacks: '', prepare: () => runwell() },
  {
    id: 'runwell-timeout',
    label: 'Runwell, with a timeout',
    lacks: '',
    prepare: () => runwell({ timeout: '30s' }),
  },
  {
    id: 'runwell-signal',
    label: 'Runwell, signal read',
    lacks: '',
    prepare: () => runwell({ run: async ({ signal }) => void signal }),
  },
  {
    id: 'runwell-controller',
    label: 'Runwell, the function makes an AbortController itself',
    lacks: '',
    prepare: () => runwell({ run: async () => void new AbortController().signal }),
  },
  {
    id: 'runwell-log',
    label: 'Runwell with `logObserver` (logger that drops)',
    lacks: '',
    prepare: runwellLog,
  },
  {
    id: 'await-als',
    als: true,
    label: 'bare await, AsyncLocalStorage in use',
    lacks: 'everything',
    prepare: alsAwait,
  },
  {
    id: 'otel-by-hand',
    als: true,
    label: 'OpenTelemetry by hand: root span with 11 attributes and two links, guard, counter, histogram',
    lacks: 'everything but telemetry',
    prepare: () => otel('by-hand', 'sampled'),
  },
  {
    id: 'otel-no-sdk',
    als: true,
    label: 'Runwell with `otelObserver`, no SDK',
    lacks: '',
    prepare: () => otel('runwell', 'none'),
  },
  {
    id: 'otel-unsampled',
    als: true,
    label: 'Runwell with `otelObserver`, unsampled',
    lacks: '',
    prepare: () => otel('runwell', 'unsampled'),
  },
  {
    id: 'otel-sampled',
    als: true,
    label: 'Runwell with `otelObserver`, sampled, metrics',
    lacks: '',
    prepare: () => otel('runwell', 'sampled'),
  },
  {
    id: 'sentry-by-hand',
    als: true,
    leaves: true,
    label: 'Sentry by hand: isolation scope, root span',
    lacks: 'everything but the span',
    prepare: () => sentry('by-hand'),
  },
  {
    id: 'sentry',
    als: true,
    leaves: true,
    label: 'Runwell with `sentryObserver`, traced',
    lacks: '',
    prepare: () => sentry('runwell'),
  },
  {
    id: 'sentry-untraced',
    als: true,
    leaves: true,
    label: 'Runwell with `sentryObserver`, no tracing',
    lacks: '',
    prepare: () => sentry('untraced'),
  },
] as const satisfies readonly Candidate<string>[]

export const candidates: readonly Candidate<CandidateId>[] = list

export function candidateOf(id: string): Candidate<CandidateId> {
  const candidate = candidates.find((one) => one.id === id)
  if (candidate === undefined) throw new Error(`No candidate is called ${id}`)
  return candidate
}
