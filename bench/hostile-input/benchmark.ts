import type { Benchmark } from '../benchmark.ts'
import { figure, table } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { scenarios } from './scenarios.ts'
import type { Counts, Scenario } from './supervised.ts'
import type { Sample } from './worker.ts'

const nodeArgs = ['--expose-gc', '--max-old-space-size=4096']
const heapLimitMb = 10

interface Played extends Sample {
  readonly wrong: readonly string[]
}

type HostileData = Partial<Record<string, Played>>

/** Runs only if its name is given, because it takes minutes. */
export const benchmark: Benchmark<HostileData> = {
  id: 'hostile-input',
  seconds: 300,
  title: 'Hostile input',
  packages: ['@opentelemetry/sdk-metrics', '@sentry/node'],

  async run({ short, turn }) {
    const data: HostileData = {}
    const faults: string[] = []
    for (const scenario of scenarios) {
      const args = [scenario.id, short ? 0.1 : 1]
      const sample = await turn(() =>
        inFreshProcess<Sample>('hostile-input/worker.ts', args, { nodeArgs, timeoutMs: 600_000 }),
      )
      const played = { ...sample, wrong: wrong(sample) }
      data[scenario.id] = played
      faults.push(...faultsOf(scenario, played))
    }
    for (const fault of faults) console.error(fault)
    if (faults.length > 0) process.exitCode = 1
    return data
  },

  page(data) {
    const rows = scenarios.flatMap((scenario) => {
      const played = data[scenario.id]
      if (played === undefined) return []
      const { done, wrong: off, notes, heapKept, cpuMs } = played
      const runs = done.started ?? 0
      const isOver = heapKept > limitOf(scenario)
      return [
        [
          scenario.label,
          figure(runs),
          off.length === 0 ? 'exact' : off.join(', '),
          `${figure(heapKept / 2 ** 20)}${isOver ? ' (too much)' : ''}`,
          runs === 0
            ? figure(cpuMs / 1_000)
            : `${figure(cpuMs / 1_000)} (${figure((1_000 * cpuMs) / runs)} µs a run)`,
          Object.entries(notes)
            .map(([what, value]) => `${what} ${figure(value)}`)
            .join(', '),
        ],
      ]
    })
    return [
      'Each row is a fresh process. The columns show:',
      [
        '- *runs*: the runs that `report()` must count. It does not count runs of unregistered tasks.',
        '- *counts*: *exact* if the counts of `report()` equal those of the benchmark, and the `run.ended` events that an observer received.',
        '- *heap kept*: the growth between two full garbage collections, while the supervisor is still in use.',
        '- *notes*: an *observer failure* is an event `observer.failed`. Each observer causes at most one a minute.',
      ].join('\n'),
      table(['what was done', 'runs', 'counts', 'heap kept, MB', 'CPU, s', 'notes'], rows),
    ].join('\n\n')
  },

  plots: () => [],
}

function limitOf(scenario: Scenario): number {
  return (scenario.maxMb ?? heapLimitMb) * 2 ** 20
}

function wrong({ done, counted, heard }: Sample): string[] {
  const names = Object.keys(counted) as (keyof Counts)[]
  const off = names
    .filter((name) => counted[name] !== (done[name] ?? 0))
    .map((name) => `${name} ${counted[name]}, not ${done[name] ?? 0}`)
  const ends = done.heard ?? done.started
  if (heard !== null && heard.ended !== ends) off.push(`observed ${heard.ended}, not ${ends}`)
  return off
}

function faultsOf(scenario: Scenario, played: Played): string[] {
  const faults = played.wrong.map((text) => `${scenario.id}: ${text}`)
  if (played.heapKept > limitOf(scenario)) {
    faults.push(`${scenario.id}: ${figure(played.heapKept / 2 ** 20)} MB kept`)
  }
  return faults
}
