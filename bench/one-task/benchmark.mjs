import { candidates } from '../each-second/candidates.mjs'
import { figure, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'

const tried = candidates.filter(({ id }) => id !== 'one-timer')
const blockMs = 3_500

export const benchmark = {
  id: 'one-task',
  seconds: 72,
  title: 'Drift, and lateness after a block',
  packages: ['toad-scheduler', 'effect', 'cron-schedule', 'cron', 'node-cron', 'node-schedule', 'croner'],

  async run({ short, turn }) {
    // They do next to nothing but wait, so they wait side by side.
    const drift = await turn(() =>
      Promise.all(tried.map(({ id }) => inFreshProcess('one-task/worker.mjs', [id, short ? 8_000 : 30_000]))),
    )
    // Each of these wants a core for itself while it holds its event loop: two at a time.
    const blocked = []
    for (let pair = 0; pair < tried.length; pair += 2) {
      const two = tried.slice(pair, pair + 2)
      blocked.push(...(await turn(() => Promise.all(two.map(({ id }) => blockedOne(id))))))
    }
    return Object.fromEntries(
      tried.map(({ id }, place) => [id, { drift: slip(drift[place]), block: after(blocked[place]) }]),
    )
  },

  page(data) {
    const rows = tried.map(({ id, label }) => {
      const { drift, block } = data[id]
      return [
        label.replace(', all due in one instant', ''),
        `${figure(drift.slipMs)} in ${drift.slots} slots`,
        drift.extra,
        figure(drift.worstMs),
        figure(block.firstMs),
        `${block.burst} of ${block.slots}`,
      ]
    })
    return [
      `One task each second. Slip: how far the last run is from the grid that the first one began. Extra: runs of a slot that had had one, after a timer that fired early. After ${blockMs / 1_000} s in which the event loop was held, the first run comes so much later; runs in the 0.2 s after the block are those made up for, of the slots that passed.`,
      table(
        [
          '',
          'slip, ms',
          'extra runs',
          'farthest from the grid, ms',
          'first run after the block, ms',
          'made up for',
        ],
        rows,
      ),
    ].join('\n\n')
  },

  plots: () => [],
}

function blockedOne(id) {
  return inFreshProcess('one-task/worker.mjs', [id, 1_000, blockMs])
}

function slip({ runs }) {
  const slots = runs.map((at) => Math.round(at / 1_000))
  const off = runs.map((at, run) => at - slots[run] * 1_000)
  return {
    slots: slots.at(-1) + 1,
    extra: runs.length - new Set(slots).size,
    slipMs: off.at(-1),
    worstMs: Math.max(...off.map(Math.abs)),
  }
}

function after({ runs, slots }) {
  return { firstMs: runs[0] ?? null, burst: runs.filter((at) => at < 200).length, slots }
}
