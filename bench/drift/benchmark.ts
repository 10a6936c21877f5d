import type { Benchmark } from '../benchmark.ts'
import { candidateOf, candidates } from '../each-second/candidates.ts'
import { figure, table } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { recordOf } from '../records.ts'
import type { Sample } from './worker.ts'

const tried = candidates.map(({ id }) => id).filter((id) => id !== 'one-timer')
type TriedId = (typeof tried)[number]
const blockMs = 3_500

interface Drift {
  readonly slots: number
  /** How many runs began in a slot that already had a run. */
  readonly extra: number
  readonly slipMs: number
  readonly worstMs: number
}

interface AfterBlock {
  readonly firstMs: number | null
  /** How many runs began in the first 0.2 s after the block. */
  readonly burst: number
  readonly slots: number | null
}

interface Measured {
  readonly id: TriedId
  readonly sample: Sample
}

type DriftData = Record<TriedId, { readonly drift: Drift; readonly block: AfterBlock }>

export const benchmark: Benchmark<DriftData> = {
  id: 'drift',
  seconds: 72,
  title: 'Drift, and lateness after a block',
  packages: ['toad-scheduler', 'effect', 'cron-schedule', 'cron', 'node-cron', 'node-schedule', 'croner'],

  async run({ short, turn }) {
    const measure = async (id: TriedId, ...args: number[]) => ({
      id,
      sample: await inFreshProcess<Sample>('drift/worker.ts', [id, ...args]),
    })
    // These programs mostly wait, so all of them run at the same time.
    const drift = await turn(() => Promise.all(tried.map((id) => measure(id, short ? 8_000 : 30_000))))
    // Each of these programs uses a whole core, so only two of them run at the same time.
    const blocked: Measured[] = []
    for (let pair = 0; pair < tried.length; pair += 2) {
      const two = tried.slice(pair, pair + 2)
      blocked.push(...(await turn(() => Promise.all(two.map((id) => measure(id, 1_000, blockMs))))))
    }
    return recordOf(tried, (id) => ({
      drift: driftIn(sampleOf(drift, id)),
      block: afterBlock(sampleOf(blocked, id)),
    }))
  },

  page(data) {
    const rows = tried.map((id) => {
      const { drift, block } = data[id]
      return [
        candidateOf(id).label.replace(', all due in one instant', ''),
        `${figure(drift.slipMs)} in ${drift.slots} slots`,
        drift.extra,
        figure(drift.worstMs),
        figure(block.firstMs),
        `${block.burst} of ${block.slots}`,
      ]
    })
    return [
      `One task runs every second. The *grid* is the time of its first run plus whole seconds. In a second test, the event loop is blocked for ${blockMs / 1_000} s. The columns show:`,
      [
        '- *drift*: the distance of the last run from the grid.',
        '- *extra runs*: second runs in the same second, after a timer that fired early.',
        '- *first run after the block*: the time from the end of the block to the first run.',
        '- *runs caught up*: the runs that start within 0.2 s after the block, of the runs that were due during the block.',
      ].join('\n'),
      table(
        [
          'candidate',
          'drift, ms',
          'extra runs',
          'largest distance from the grid, ms',
          'first run after the block, ms',
          'runs caught up',
        ],
        rows,
      ),
    ].join('\n\n')
  },

  plots: () => [],
}

function sampleOf(measured: readonly Measured[], id: TriedId): Sample {
  const found = measured.find((one) => one.id === id)
  if (found === undefined) throw new Error(`${id} was not measured`)
  return found.sample
}

function driftIn({ runs }: Sample): Drift {
  const slots = runs.map((at) => Math.round(at / 1_000))
  const off = runs.map((at) => at - Math.round(at / 1_000) * 1_000)
  return {
    slots: (slots.at(-1) ?? -1) + 1,
    extra: runs.length - new Set(slots).size,
    slipMs: off.at(-1) ?? Number.NaN,
    worstMs: Math.max(...off.map(Math.abs)),
  }
}

function afterBlock({ runs, slots }: Sample): AfterBlock {
  return { firstMs: runs[0] ?? null, burst: runs.filter((at) => at < 200).length, slots }
}
