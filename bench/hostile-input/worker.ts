import { heapInUse } from '../heap.ts'
import { print } from '../print.ts'
import { scenarios } from './scenarios.ts'
import type { Counts, Done, Heard, Notes } from './supervised.ts'

export interface Sample {
  readonly done: Done
  readonly counted: Counts
  readonly heard: Heard | null
  readonly notes: Notes
  readonly heapKept: number
  readonly cpuMs: number
  readonly peakRss: number
}

const [id, scale = '1'] = process.argv.slice(2)
const scenario = scenarios.find((one) => one.id === id)
if (scenario === undefined) throw new Error(`No scenario is called ${id}`)

const play = await scenario.prepare(Number(scale))
const before = await heapInUse()
const began = process.cpuUsage()
const { supervisor, done, heard, notes } = await play()
const { user, system } = process.cpuUsage(began)
const heapKept = (await heapInUse()) - before

const { started, succeeded, failed, cancelled, abandoned, skipped } = supervisor.report().totals
print<Sample>({
  done,
  counted: { started, succeeded, failed, cancelled, abandoned, skipped },
  heard: heard ?? null,
  notes: notes?.() ?? {},
  heapKept,
  cpuMs: (user + system) / 1_000,
  peakRss: process.resourceUsage().maxRSS * 1_024,
})
process.exit(0)
