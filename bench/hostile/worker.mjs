// Plays one hostile scenario in this process; prints what was done, what was counted, the heap that it left behind with
// the supervisor still alive, and the CPU time that it took.
import { heapInUse } from '../heap.mjs'
import { everyone } from './scenarios.mjs'

const [id, scale = '1'] = process.argv.slice(2)
const { prepare } = everyone.find((one) => one.id === id)

const play = await prepare(Number(scale))
const before = await heapInUse()
const began = process.cpuUsage()
const { supervisor, done, heard, notes } = await play()
const { user, system } = process.cpuUsage(began)
const heapKept = (await heapInUse()) - before

const { totals } = supervisor.report()
console.log(
  JSON.stringify({
    done,
    counted: {
      started: totals.started,
      succeeded: totals.succeeded,
      failed: totals.failed,
      cancelled: totals.cancelled,
      abandoned: totals.abandoned,
      skipped: totals.skipped,
    },
    heard: heard ?? null,
    notes: notes?.() ?? {},
    heapKept,
    cpuMs: (user + system) / 1_000,
    peakRss: process.resourceUsage().maxRSS * 1_024,
  }),
)
process.exit(0)
