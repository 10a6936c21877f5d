// Stops 100 active runs, of which 5 never end. The other runs of Runwell end 20 ms after their abort.
// The runs of the other candidates get no abort signal. They end 1 s after the stop began.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ShutdownReport } from '@runwell/core'
import { print } from '../print.ts'

export type CandidateId = 'toad' | 'node-cron' | 'cron' | 'node-schedule' | 'runwell'

export interface Sample {
  readonly tookMs: number | null
  readonly endedBefore: number
  /** How many of the 5 endless runs the stop named as abandoned. */
  readonly named: number
  /** True if the runs ended in the order of their priorities; null if the candidate has no priorities. */
  readonly inOrder: boolean | null
}

type Stop = () => Promise<unknown>

const [id, deadlineMs] = [process.argv[2] as CandidateId, Number(process.argv[3])]
const inFlight = 100
const neverEnds = (index: number) => index % 20 === 0
const priorities = ['low', 'normal', 'high', 'critical'] as const

let begun = 0
const ended: { index: number; at: number }[] = []
let beginStop = () => {}
const stopBegan = new Promise<void>((resolve) => {
  beginStop = resolve
})

async function work(index: number, signal?: AbortSignal): Promise<void> {
  begun++
  if (neverEnds(index)) return new Promise(() => {})
  await (signal === undefined ? stopBegan.then(() => sleep(1_000)) : aborted(signal).then(() => sleep(20)))
  ended.push({ index, at: performance.now() })
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

const indexes = Array.from({ length: inFlight }, (_, index) => index)

let report: ShutdownReport | undefined

const candidates: Record<CandidateId, () => Promise<Stop>> = {
  async 'node-cron'() {
    const { default: cron } = await import('node-cron')
    for (const index of indexes) cron.schedule('* * * * * *', () => work(index), { noOverlap: true })
    return () => cron.shutdown(deadlineMs)
  },
  async cron() {
    const { CronJob } = await import('cron')
    const jobs = indexes.map((index) =>
      CronJob.from({
        cronTime: '* * * * * *',
        onTick: () => work(index),
        start: true,
        waitForCompletion: true,
      }),
    )
    return () => Promise.all(jobs.map((job) => job.stop()))
  },
  async 'node-schedule'() {
    const { default: schedule } = await import('node-schedule')
    // This library does not prevent overlapping runs. With one run per minute, each job has exactly one active run.
    const second = (new Date().getSeconds() + 2) % 60
    for (const index of indexes) schedule.scheduleJob(`${second} * * * * *`, () => work(index))
    return () => schedule.gracefulShutdown()
  },
  async toad() {
    const { AsyncTask, SimpleIntervalJob, ToadScheduler } = await import('toad-scheduler')
    const scheduler = new ToadScheduler()
    for (const index of indexes) {
      scheduler.addSimpleIntervalJob(
        new SimpleIntervalJob({ seconds: 1 }, new AsyncTask(`${index}`, () => work(index))),
      )
    }
    return async () => scheduler.stop()
  },
  async runwell() {
    const { every, Supervisor } = await import('@runwell/core')
    const supervisor = new Supervisor({ observers: [] })
    for (const index of indexes) {
      supervisor.register({
        name: `task.${index}`,
        priority: priorities[index % 4],
        schedule: every('1s', { immediate: true }),
        run: ({ signal }) => work(index, signal),
      })
    }
    await supervisor.start()
    return async () => {
      report = await supervisor.stop({ deadline: deadlineMs })
    }
  },
}

const stop = await candidates[id]()
while (begun < inFlight) await sleep(10)
await sleep(100)

const began = performance.now()
beginStop()
const limitMs = deadlineMs + 3_000
const hasReturned = await Promise.race([stop().then(() => true), sleep(limitMs).then(() => false)])
const tookMs = hasReturned ? performance.now() - began : null

function keptOrder(): boolean {
  const ends = priorities.map((_, place) =>
    ended.filter(({ index }) => index % 4 === place).map(({ at }) => at),
  )
  return ends.every((times, place) => Math.min(...times) >= Math.max(...(ends[place - 1] ?? [])))
}

print<Sample>({
  tookMs,
  endedBefore: ended.length,
  named: report?.abandoned.length ?? 0,
  inOrder: id === 'runwell' ? keptOrder() : null,
})
process.exit(0)
