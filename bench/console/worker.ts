import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConsole } from '@runwell/console'
import { manual, Supervisor } from '@runwell/core'
import { heapInUse } from '../heap.ts'
import { print } from '../print.ts'
import type { CaseId } from './cases.ts'

export interface Sample {
  readonly cpuMsPerS: number
  readonly eventsPerS: number
  /** The growth of the heap and of the buffers outside of the heap, in KiB. */
  readonly heapGrowthKb: number
  readonly viewers: number
}

const taskCount = 200
const runsPerS = 500
const viewerCount = 5
const [kind, windowS] = [process.argv[2] as CaseId, Number(process.argv[3])]
// After 8 s, V8 has compiled the code. After 20 s, the buffers of a viewer that never reads are full.
const warmUpMs = kind === 'stalled' ? 20_000 : 8_000

const supervisor = new Supervisor({ observers: [] })
const tasks = Array.from({ length: taskCount }, (_, index) =>
  supervisor.register({ name: `task.${index}`, schedule: manual(), run: () => {} }),
)
await supervisor.start()
let events = 0
const onEvent = (): void => {
  events += 1
}
supervisor.observe({ name: 'counter', eventTypes: ['run.started', 'run.ended'], onEvent })

const made = kind === 'none' ? undefined : createConsole(supervisor, { keepEvents: 1_000 })
const server = await made?.listen({ port: 0 })
// The viewers run in another process, so that their CPU time is not measured.
const reads = kind === 'stalled' ? 'response.pause()' : 'response.resume()'
const program = `
const { get } = require('node:http')
const [url, token] = process.argv[1].split('#token=')
setInterval(() => {}, 60_000) // a connection that is not read does not keep the process alive
for (let index = 0; index < ${viewerCount}; index += 1) {
  const query = index === 0 ? '' : '?types=none'
  get(url + 'api/v1/events' + query, { headers: { authorization: 'Bearer ' + token } }, (response) => {
    ${reads}
    if (response.statusCode === 200) console.log(1)
    response.on('close', () => console.log(-1))
  })
}`
let viewers = 0
const child =
  server === undefined || kind === 'unwatched'
    ? undefined
    : spawn(process.execPath, ['-e', program, server.link], { stdio: ['ignore', 'pipe', 'inherit'] })
child?.stdout.on('data', (lines: Buffer) => {
  for (const line of lines.toString().trim().split('\n')) viewers += Number(line)
})

let next = 0
const beganAt = performance.now()
const load = setInterval(() => {
  const due = ((performance.now() - beganAt) / 1_000) * runsPerS
  for (; next < due; next += 1) void tasks[next % taskCount]?.trigger()
}, 20)

await sleep(warmUpMs)
const heapBefore = await memoryInUse()
const eventsBefore = events
const cpu = process.cpuUsage()
const openedAt = performance.now()
await sleep(windowS * 1_000)
const wallS = (performance.now() - openedAt) / 1_000
const { user, system } = process.cpuUsage(cpu)
const eventsPerS = (events - eventsBefore) / wallS
const heapGrowthKb = ((await memoryInUse()) - heapBefore) / 1_024
clearInterval(load)
child?.kill()
print<Sample>({ cpuMsPerS: (user + system) / 1_000 / wallS, eventsPerS, heapGrowthKb, viewers })
process.exit(0)

async function memoryInUse(): Promise<number> {
  return (await heapInUse()) + process.memoryUsage().arrayBuffers
}
