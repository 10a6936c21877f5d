// Registers and arms `count` hourly tasks with one candidate; prints the heap and the CPU time that each of them took.
import { candidates } from './candidates.mjs'

const [id, count] = [process.argv[2], Number(process.argv[3])]
const register = await candidates.find((one) => one.id === id).prepare()

async function heap() {
  for (let pass = 0; pass < 4; pass++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc()
  }
  return process.memoryUsage().heapUsed
}

// The first few compile the code and load what is loaded late, such as time zones.
globalThis.warm = register(20)
const before = await heap()
const began = process.cpuUsage()
globalThis.kept = register(count)
const { user, system } = process.cpuUsage(began)
const after = await heap()

console.log(
  JSON.stringify({
    bytesPerTask: (after - before) / count,
    microsecondsPerTask: (user + system) / count,
    rss: process.memoryUsage().rss,
  }),
)
process.exit(0)
