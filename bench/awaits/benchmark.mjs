import { ranged, table, timesAs } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'
import { inRounds, leastRatio, spread } from '../rounds.mjs'

const labels = {
  nothing: 'nothing',
  runwell: 'Runwell, 100 tasks each second',
  'async-local-storage': 'AsyncLocalStorage in use',
  'async-hooks': '`async_hooks`, all four hooks and a Map',
}

export const benchmark = {
  id: 'awaits',
  seconds: 20,
  title: 'Cost to the rest of the application',
  packages: [],

  async run({ short, turn }) {
    const ids = Object.keys(labels)
    const samples = await inRounds(ids, short ? 3 : 4, (id) =>
      turn(() => inFreshProcess('awaits/worker.mjs', [id, 1_200])),
    )
    const of = (id, field) => samples.get(id).map((sample) => sample[field])
    return Object.fromEntries(
      ids.map((id) => [
        id,
        {
          awaitNs: spread(of(id, 'awaitNs')),
          awaitRatio: leastRatio(of(id, 'awaitNs'), of('nothing', 'awaitNs')),
          turnNs: spread(of(id, 'turnNs')),
          turnRatio: leastRatio(of(id, 'turnNs'), of('nothing', 'turnNs')),
        },
      ]),
    )
  },

  ratios(data) {
    const others = Object.keys(labels).filter((id) => id !== 'nothing')
    const named = others.flatMap((id) => [
      [`await: ${id} / nothing`, data[id].awaitRatio],
      [`turn: ${id} / nothing`, data[id].turnRatio],
    ])
    return Object.fromEntries(named)
  },

  page(data) {
    const rows = Object.entries(labels).map(([id, label]) => {
      const { awaitNs, awaitRatio, turnNs, turnRatio } = data[id]
      return [label, ranged(awaitNs), timesAs(awaitRatio), ranged(turnNs), timesAs(turnRatio)]
    })
    return [
      'CPU time of an `await` and of a turn of the event loop (`setImmediate`), elsewhere in a process where this is on.',
      table(['on', 'await, ns', '', 'turn, ns', ''], rows),
    ].join('\n\n')
  },

  plots: () => [],
}
