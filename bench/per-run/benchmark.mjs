import { figure, table, timesAs } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'
import { inRounds, lowerDecile, median } from '../rounds.mjs'
import { candidates } from './candidates.mjs'

const reference = 'croner'
/** What is set against its like. */
const pairs = {
  'runwell-signal': 'runwell-controller',
  'otel-sampled': 'otel-by-hand',
  sentry: 'sentry-by-hand',
}
/** These and their like are in one process, so that what V8 has made of their code is the same for both. */
const together = new Set(['runwell-signal', 'otel-sampled', 'sentry'])
/** A transaction of Sentry is another order of magnitude: those are set against each other alone. */
const slow = new Set(['sentry', 'sentry-by-hand'])
/** These still cost two to three times what they cost once all of an SDK is compiled. */
const lateCompiled = new Set([...slow, 'sentry-untraced', 'otel-unsampled', 'otel-sampled', 'runwell-log'])
const warmMs = 400

/** Each in a process of its own. The reference comes up three times a round: it is in all ratios. */
const groups = candidates
  .flatMap(({ id }, at) => (at % 10 === 5 && id !== reference ? [id, reference] : [id]))
  .filter((id) => ![...together].some((one) => pairs[one] === id))
  .map((id) => (together.has(id) ? [id, pairs[id]] : [id]))

export const benchmark = {
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
      const warm = lateCompiled.has(group[0]) ? 2 * warmMs : warmMs
      return turn(() => inFreshProcess('per-run/worker.mjs', [warm, short ? 10 : 16, ...group]))
    })
    const costs = new Map()
    for (const [group, rounds] of samples) {
      for (const id of group) {
        costs.set(id, [...(costs.get(id) ?? []), ...rounds.flatMap((round) => round[id])])
      }
    }
    const quiet = (id) => lowerDecile(costs.get(id))
    return Object.fromEntries(
      [...costs].map(([id, batches]) => [
        id,
        {
          cpuNs: { quiet: quiet(id), median: median(batches) },
          toReference: quiet(id) / quiet(reference),
          ...(pairs[id] === undefined ? {} : { toPair: quiet(id) / quiet(pairs[id]) }),
        },
      ]),
    )
  },

  ratios(data) {
    const named = Object.entries(data).flatMap(([id, { toReference, toPair }]) => [
      ...(id === reference || slow.has(id) ? [] : [[`${id} / ${reference}`, toReference]]),
      ...(toPair === undefined ? [] : [[`${id} / ${pairs[id]}`, toPair]]),
    ])
    return Object.fromEntries(named)
  },

  page(data) {
    const row = ({ id, label, lacks }) => {
      const { cpuNs, toReference } = data[id]
      return [
        label,
        figure(cpuNs.quiet),
        figure(cpuNs.median),
        timesAs(toReference),
        lacks === '' ? 'nothing of what the others do' : lacks,
      ]
    }
    const head = [
      'one run of a task that does nothing',
      'CPU when quiet, ns',
      'median, ns',
      `croner's trigger = 1`,
      'what a run does not get',
    ]
    const plain = candidates.filter(({ als }) => !als)
    const traced = candidates.filter(({ als }) => als)
    return [
      `Each by its own documented call, awaited, in six fresh processes, but those that are set against their like at the end, which take turns with it in one. CPU time of all threads counts the garbage collector and not what neighbours do; yet a neighbour on the same core makes code slower by half and more, for milliseconds or minutes. So *quiet* is what a tenth of all batches of 10 ms stays below, and ratios are of that.`,
      table(head, plain.map(row)),
      `With AsyncLocalStorage in use, as OpenTelemetry and Sentry need it, Node ${process.versions.node.split('.')[0]} makes every await dearer; these are in processes of their own, with an SDK whose spans are dropped when they end and whose metrics nobody collects:`,
      table(head, traced.map(row)),
      `Reading the signal costs ${timesAs(data['runwell-signal'].toPair)} the same run whose function makes an \`AbortController\` of its own. A traced run costs ${timesAs(data['otel-sampled'].toPair)} the same spans and metrics written by hand, one in Sentry ${timesAs(data.sentry.toPair)}.`,
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
