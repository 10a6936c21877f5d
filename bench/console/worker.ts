// Runs 500 tasks a second, which are 1,000 events, with or without a console and its viewers; prints CPU and heap.
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
  /** By how much the heap has grown in the window. */
  readonly heapGrowthKb: number
  /** How many viewers were connected at the end. */
  readonly viewers: number
}

const taskCount = 200
const runsPerS = 500
const viewerCount = 5
const [kind, windowS] = [process.argv[2] as CaseId, Number(process.argv[3])]

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
// Four viewers show the tasks and one shows the events, each in a process of its own. A stalled viewer reads nothing.
const reads = kind === 'stalled' ? 'response.pause()' : 'response.resume()'
const program = `
const { get } = require('node:http')
const [url, token] = process.argv[1].split('#token=')
for (let index = 0; index < ${viewerCount}; index += 1) {
  const query = index === 0 ? '' : '?types=none'
  get(url + 'api/v1/events' + query, { headers: { authorization: 'Bearer ' + token } }, (response) => {
    ${reads}
    if (response.statusCode === 200) console.log('open')
  })
}`
let viewers = 0
const child =
  server === undefined || kind === 'unwatched'
    ? undefined
    : spawn(process.execPath, ['-e', program, server.link], { stdio: ['ignore', 'pipe', 'inherit'] })
child?.stdout.on('data', (lines: Buffer) => {
  viewers += lines.toString().trim().split('\n').length
})

let next = 0
const beganAt = performance.now()
const load = setInterval(() => {
  const due = ((performance.now() - beganAt) / 1_000) * runsPerS
  for (; next < due; next += 1) void tasks[next % taskCount]?.trigger()
}, 20)

await sleep(2_000)
const heapBefore = await heapInUse()
const eventsBefore = events
const cpu = process.cpuUsage()
const openedAt = performance.now()
await sleep(windowS * 1_000)
const wallS = (performance.now() - openedAt) / 1_000
const { user, system } = process.cpuUsage(cpu)
const eventsPerS = (events - eventsBefore) / wallS
const heapGrowthKb = ((await heapInUse()) - heapBefore) / 1_024
clearInterval(load)
child?.kill()
print<Sample>({ cpuMsPerS: (user + system) / 1_000 / wallS, eventsPerS, heapGrowthKb, viewers })
process.exit(0)
