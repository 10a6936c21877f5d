import { ranged, table, timesAs } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'
import { inRounds, ratio, spread } from '../rounds.mjs'
import { candidates } from './candidates.mjs'

const reference = 'croner'
/** What is set against its like, round by round. */
const pairs = {
  'runwell-signal': 'runwell-controller',
  'otel-sampled': 'otel-by-hand',
  sentry: 'sentry-by-hand',
}
/** This and its like take turns in one process, so that what V8 has made of the SDK is the same for both. */
const together = 'otel-sampled'
/** A transaction of Sentry is another order of magnitude: those are set against each other alone. */
const slow = new Set(['sentry', 'sentry-by-hand'])
/** After 200 ms these still cost two to three times what they cost once all of an SDK is compiled. */
const lateCompiled = new Set([
  ...slow,
  'sentry-untraced',
  'otel-by-hand',
  'otel-unsampled',
  'otel-sampled',
  'runwell-log',
])

export const benchmark = {
  id: 'per-run',
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

  async run({ short }) {
    const rounds = short ? 3 : 4
    const budgetMs = short ? 300 : 500
    const ids = candidates.map(({ id }) => id)
    const groups = ids
      .filter((id) => id !== pairs[together])
      .map((id) => (id === together ? [id, pairs[id]] : [id]))
    const samples = await inRounds(groups, rounds, (group) =>
      inFreshProcess('per-run/worker.mjs', [lateCompiled.has(group[0]) ? 3 * budgetMs : budgetMs, ...group]),
    )
    const groupOf = (id) => groups.find((group) => group.includes(id))
    const of = (id, field) => samples.get(groupOf(id)).map((round) => round[id][field])
    const cpu = (id) => of(id, 'cpuNs')
    return Object.fromEntries(
      ids.map((id) => [
        id,
        {
          cpuNs: spread(cpu(id)),
          wallNs: spread(of(id, 'wallNs')),
          toReference: ratio(cpu(id), cpu(reference)),
          ...(pairs[id] === undefined ? {} : { toPair: ratio(cpu(id), cpu(pairs[id])) }),
        },
      ]),
    )
  },

  ratios(data) {
    const named = Object.entries(data).flatMap(([id, { toReference, toPair }]) => [
      ...(id === reference || slow.has(id) ? [] : [[`${id} / ${reference}`, toReference.median]]),
      ...(toPair === undefined ? [] : [[`${id} / ${pairs[id]}`, toPair.median]]),
    ])
    return Object.fromEntries(named)
  },

  page(data) {
    const row = ({ id, label, lacks }) => {
      const { cpuNs, toReference } = data[id]
      return [
        label,
        ranged(cpuNs),
        timesAs(toReference),
        lacks === '' ? 'nothing of what the others do' : lacks,
      ]
    }
    const head = [
      'one run of a task that does nothing',
      'CPU, ns',
      `croner's trigger = 1`,
      'what a run does not get',
    ]
    const plain = candidates.filter(({ als }) => !als)
    const traced = candidates.filter(({ als }) => als)
    return [
      `Each by its own documented call, awaited, in a fresh process per candidate and round, but OpenTelemetry by hand and by Runwell, which take turns in one; the ratio is taken within a round. CPU time of all threads is shown, which counts the garbage collector and not the neighbours.`,
      table(head, plain.map(row)),
      `With AsyncLocalStorage in use, as OpenTelemetry and Sentry need it, Node ${process.versions.node.split('.')[0]} makes every await dearer; these are in processes of their own, with an SDK whose spans are dropped when they end and whose metrics nobody collects:`,
      table(head, traced.map(row)),
      `Reading the signal costs ${timesAs(data['runwell-signal'].toPair)} the same run whose function makes an \`AbortController\` of its own. A traced run costs ${timesAs(data['otel-sampled'].toPair)} the same spans and metrics written by hand, one in Sentry ${timesAs(data.sentry.toPair)}.`,
    ].join('\n\n')
  },

  plots(data) {
    const values = candidates.map(({ id, label }) => ({
      label: label.replaceAll('`', ''),
      value: data[id].cpuNs.median,
      ours: id.startsWith('runwell') || label.startsWith('Runwell'),
    }))
    return [{ name: 'per-run', kind: 'bars', title: 'CPU time of one run, ns (log)', log: true, values }]
  },
}
