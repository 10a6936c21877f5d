import { heapInUse } from '../heap.ts'
import { print } from '../print.ts'
import { candidateOf } from './candidates.ts'

export interface Sample {
  readonly bytesPerTask: number
  readonly microsecondsPerTask: number
  readonly rss: number
}

const count = Number(process.argv[3])
const register = await candidateOf(process.argv[2]).prepare()
const kept: unknown[] = []

// The first tasks make V8 compile the code, and load data such as time zones. So they are not measured.
kept.push(register(20))
const before = await heapInUse()
const began = process.cpuUsage()
kept.push(register(count))
const { user, system } = process.cpuUsage(began)
const after = await heapInUse()

print<Sample>({
  bytesPerTask: (after - before) / count,
  microsecondsPerTask: (user + system) / count,
  rss: process.memoryUsage().rss,
})
// `kept` is read after the measurement, so that the tasks stay in memory until then.
process.exit(kept.length === 2 ? 0 : 1)
