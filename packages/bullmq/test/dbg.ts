import { mkdtempSync } from 'node:fs'
import { Queue } from 'bullmq'
import { Child } from './gate/nemesis/children.ts'
import { stores } from './gate/stores.ts'
import { setTimeout as sleep } from 'node:timers/promises'
const store = await stores.Redis()
const folder = mkdtempSync('/tmp/runwell-dbg-')
const kids = await Promise.all([0, 1, 2].map((n) => Child.make(`p${n}`, store, folder, 30)))
await Promise.all(kids.map((k) => k.start()))
const t0 = Date.now()
await sleep(4000); await kids[1]!.kill(); await sleep(3000); await kids[1]!.start(); await sleep(15_000)
const q = new Queue('nemesis', store.options as any)
console.log(await q.getJobCounts())
for (const s of ['active', 'waiting'] as const) for (const j of await q.getJobs([s])) console.log(s, j.id, JSON.stringify(j.data), j.attemptsStarted, j.stalledCounter, j.processedBy, Date.now() - (j.processedOn ?? 0))
// ().forQueue('nemesis-fleet').getQueueMeta())
for (const k of kids) { console.log('---', k.logs); for (const t of k.told().slice(-3)) console.log(JSON.stringify(t)) }
for (const k of kids) await k.kill()
await store[Symbol.asyncDispose]()
process.exit()
