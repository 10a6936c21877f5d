import { figure, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'
import { everyone } from './scenarios.mjs'

const nodeArgs = ['--expose-gc', '--max-old-space-size=4096']
/** More may not be left behind, unless a scenario says so. */
const mostMb = 10

/** Minutes long, so it runs when it is named. It fails when a count is not exact, or more memory is kept than may be. */
export const benchmark = {
  id: 'hostile',
  seconds: 300,
  title: 'Hostile input',
  packages: ['@opentelemetry/sdk-metrics', '@sentry/node'],

  async run({ short, turn }) {
    const data = {}
    for (const { id } of everyone) {
      const args = [id, short ? 0.1 : 1]
      const played = await turn(() =>
        inFreshProcess('hostile/worker.mjs', args, { nodeArgs, timeoutMs: 600_000 }),
      )
      data[id] = { ...played, wrong: wrong(played) }
    }
    const faults = everyone.flatMap((scenario) => faultsOf(scenario, data[scenario.id]))
    for (const fault of faults) console.error(fault)
    if (faults.length > 0) process.exitCode = 1
    return data
  },

  page(data) {
    const rows = everyone
      .filter(({ id }) => data[id] !== undefined)
      .map((scenario) => {
        const { done, wrong: off, notes, heapKept, cpuMs } = data[scenario.id]
        const runs = done.started ?? 0
        const isOver = heapKept > limitOf(scenario)
        return [
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
        ]
      })
    return [
      'Each in a fresh process. Counts are those of `report()`, against what was done and against the ends of runs that an observer was told. The heap is that after a full collection, with the supervisor alive and of what there was before subtracted; up to 1 MB of it is compiled code.',
      table(['what was done', 'runs', 'counts', 'heap kept, MB', 'CPU, s', 'besides'], rows),
    ].join('\n\n')
  },

  plots: () => [],
}

function limitOf(scenario) {
  return (scenario.mostMb ?? mostMb) * 2 ** 20
}

/** Where a count is not what was done: what was counted against what it should be. */
function wrong({ done, counted, heard }) {
  const off = Object.entries(counted)
    .filter(([what, count]) => count !== (done[what] ?? 0))
    .map(([what, count]) => `${what} ${count}, not ${done[what] ?? 0}`)
  const ends = done.heard ?? done.started
  if (heard !== null && heard.ended !== ends) off.push(`told ${heard.ended}, not ${ends}`)
  return off
}

function faultsOf(scenario, played) {
  const faults = played.wrong.map((text) => `${scenario.id}: ${text}`)
  if (played.heapKept > limitOf(scenario)) {
    faults.push(`${scenario.id}: ${figure(played.heapKept / 2 ** 20)} MB kept`)
  }
  return faults
}
