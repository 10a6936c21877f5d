import { setTimeout as sleep } from 'node:timers/promises'
import { bullmqFleet } from '@runwell/bullmq'
import { every, Supervisor } from '@runwell/core'
import { Queue, Worker } from 'bullmq'
import { print } from '../print.ts'
import type { CaseId } from './cases.ts'

export interface Sample {
  readonly cpuMs: number
  /** The CPU time that Redis needed for the work of all processes during the measurement. */
  readonly storeMs: number
  readonly runs: number
  readonly windowMs: number
}

const warmUpMs = 6_000
const keep = 10_000
const [kind, port, count, beginAt, windowMs] = [
  process.argv[2] as CaseId,
  ...process.argv.slice(3).map(Number),
] as [CaseId, number, number, number, number]
const connection = { host: '127.0.0.1', port }
const names = Array.from({ length: count }, (_, index) => `task-${index}`)
let runs = 0
const run = async (): Promise<void> => {
  runs += 1
}

async function bySchedulers(): Promise<void> {
  const queue = new Queue('alone', { connection })
  new Worker('alone', run, { connection, concurrency: 1_000, removeOnComplete: { count: keep } })
  for (const name of names)
    await queue.upsertJobScheduler(name, { every: 1_000 }, { name, data: { task: name } })
}

function byIds(): void {
  const queue = new Queue('alone', { connection })
  new Worker('alone', run, { connection, concurrency: 1_000, removeOnComplete: { count: keep } })
  const addDue = (): void => {
    const slot = Math.floor(Date.now() / 1_000) * 1_000
    const jobs = names.map((name) => ({
      name,
      data: { task: name, slot },
      opts: { jobId: `${name}|${slot}`, deduplication: { id: name } },
    }))
    void queue.addBulk(jobs)
    setTimeout(addDue, slot + 1_000 - Date.now())
  }
  addDue()
}

async function byFleet(): Promise<void> {
  const supervisor = new Supervisor({
    observers: [],
    fleet: bullmqFleet({ connection, queue: 'fleet', keep }),
  })
  const schedule = every(kind === 'idle' ? '1d' : '1s')
  for (const name of names) supervisor.register({ name, scope: 'service', schedule, run })
  await supervisor.start()
}

const probe = await new Queue('probe', { connection }).getBackend().client
async function storeMs(): Promise<number> {
  const info = await probe.info()
  const seconds = ['used_cpu_sys', 'used_cpu_user'].map((name) =>
    Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]),
  )
  return seconds.reduce((sum, each) => sum + each, 0) * 1_000
}

if (kind === 'schedulers') await bySchedulers()
else if (kind === 'ids') byIds()
else await byFleet()
await sleep(Math.max(0, beginAt + warmUpMs - Date.now()))
const before = { cpu: process.cpuUsage(), store: await storeMs(), runs, at: performance.now() }
await sleep(windowMs)
const { user, system } = process.cpuUsage(before.cpu)
print<Sample>({
  cpuMs: (user + system) / 1_000,
  storeMs: (await storeMs()) - before.store,
  runs: runs - before.runs,
  windowMs: performance.now() - before.at,
})
process.exit(0)
