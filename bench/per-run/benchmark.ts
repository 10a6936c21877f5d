import type { Benchmark } from '../benchmark.ts'
import { figure, table, timesAs } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { recordOf } from '../records.ts'
import { inRounds, lowerDecile, median } from '../rounds.ts'
import { type CandidateId, candidates } from './candidates.ts'
import type { Costs } from './worker.ts'

const reference = 'croner'
/** The result of each candidate on the left is divided by the result of the candidate on the right. */
const pairs = {
  'runwell-signal': 'runwell-controller',
  'otel-sampled': 'otel-by-hand',
  sentry: 'sentry-by-hand',
} as const satisfies Partial<Record<CandidateId, CandidateId>>
type PairedId = keyof typeof pairs

const equivalents: readonly CandidateId[] = Object.values(pairs)
/**
 * A run with a Sentry transaction costs hundreds of times as much as a run of the reference. So `ratios` compares
 * these candidates only with each other.
 */
const slow = new Set<CandidateId>(['sentry', 'sentry-by-hand'])
/** V8 takes longer to compile the code of these candidates, so their warm-up is twice as long. */
const lateCompiled = new Set<CandidateId>([
  ...slow,
  'sentry-untraced',
  'otel-unsampled',
  'otel-sampled',
  'runwell-log',
])
const warmMs = 400

/** Each group has its own process. Several groups measure the reference, because most ratios depend on it. */
const groups: readonly (readonly CandidateId[])[] = candidates
  .flatMap(({ id }, at): CandidateId[] => (at % 10 === 5 && id !== reference ? [id, reference] : [id]))
  .filter((id) => !equivalents.includes(id))
  .map((id) => (isPaired(id) ? [id, pairs[id]] : [id]))

function isPaired(id: CandidateId): id is PairedId {
  return id in pairs
}

export interface RunCost {
  readonly cpuNs: { readonly quiet: number; readonly median: number }
  readonly toReference: number
  readonly toPair?: number
}

export type PerRunData = Record<CandidateId, RunCost>

export const benchmark: Benchmark<PerRunData> = {
  id: 'per-run',
  seconds: 137,
  title: 'Cost of a run',
  packages: [
    'toad-scheduler',
    'croner',
    'node-schedule',
    'cron',
    'node-cron',
    'cockatiel',
    'p-queue',
    'prom-client',
    'effect',
    '@opentelemetry/api',
    '@opentelemetry/sdk-trace-base',
    '@opentelemetry/sdk-metrics',
    '@sentry/node',
  ],

  async run({ short, turn }) {
    const samples = await inRounds(groups, short ? 2 : 6, (group) => {
      const warm = group.some((id) => lateCompiled.has(id)) ? 2 * warmMs : warmMs
      return turn(() => inFreshProcess<Costs>('per-run/worker.ts', [warm, short ? 10 : 16, ...group]))
    })
    const all = [...samples.values()].flat()
    const costs = (id: CandidateId) => all.flatMap((sample) => sample[id] ?? [])
    const quiet = (id: CandidateId) => lowerDecile(costs(id))
    return recordOf(
      candidates.map(({ id }) => id),
      (id) => ({
        cpuNs: { quiet: quiet(id), median: median(costs(id)) },
        toReference: quiet(id) / quiet(reference),
        ...(isPaired(id) ? { toPair: quiet(id) / quiet(pairs[id]) } : {}),
      }),
    )
  },

  ratios(data) {
    const named = candidates.flatMap(({ id }): (readonly [string, number])[] => {
      const { toReference, toPair } = data[id]
      return [
        ...(id === reference || slow.has(id) ? [] : [[`${id} / ${reference}`, toReference] as const]),
        ...(isPaired(id) && toPair !== undefined ? [[`${id} / ${pairs[id]}`, toPair] as const] : []),
      ]
    })
    return Object.fromEntries(named)
  },

  page(data) {
    const row = ({ id, label, lacks }: (typeof candidates)[number]) => {
      const { cpuNs, toReference } = data[id]
      return [
        label,
        figure(cpuNs.quiet),
        figure(cpuNs.median),
        timesAs(toReference),
        lacks === '' ? 'nothing' : lacks,
      ]
    }
    const head = [
      'candidate',
      'CPU when quiet, ns',
      'median, ns',
      "relative to croner's trigger",
      'what the candidate lacks, for example',
    ]
    const toPair = (id: PairedId) => timesAs(data[id].toPair ?? Number.NaN)
    const plain = candidates.filter(({ als }) => !als)
    const traced = candidates.filter(({ als }) => als)
    return [
      'The tables show the CPU time of one run of a task that does nothing. Each candidate is called as its documentation says, and awaited, in six fresh processes.',
      table(head, plain.map(row)),
      `OpenTelemetry and Sentry need AsyncLocalStorage. While it is in use, Node ${process.versions.node.split('.')[0]} makes every \`await\` more expensive. So the next table begins with a bare \`await\` in such a process. Spans are dropped when they end, and metrics are not collected.`,
      table(head, traced.map(row)),
      'Three ratios compare two candidates that take turns in one process:',
      [
        `- A run that reads its signal costs ${toPair('runwell-signal')} a run whose function creates an \`AbortController\`.`,
        `- A run with OpenTelemetry costs ${toPair('otel-sampled')} hand-written code with the same spans and metrics.`,
        `- A run that Sentry traces costs ${toPair('sentry')} hand-written code with the same calls of Sentry.`,
      ].join('\n'),
    ].join('\n\n')
  },

  plots(data) {
    const values = candidates.map(({ id, label }) => ({
      label: label.replaceAll('`', ''),
      value: data[id].cpuNs.quiet,
      ours: id.startsWith('runwell') || label.startsWith('Runwell'),
    }))
    return [{ name: 'per-run', kind: 'bars', title: 'CPU time of one run, ns (log)', log: true, values }]
  },
}
