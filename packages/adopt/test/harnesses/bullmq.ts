import { every } from '@runwell/core'
import type { Job, Queue as QueueClass, Worker as WorkerClass } from 'bullmq'
import { adoptWorker } from '../../src/bullmq/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'
import { eventually } from '../gate/eventually.ts'

interface BullMQ {
  readonly Queue: typeof QueueClass
  readonly Worker: typeof WorkerClass
}

let started = 0

/** A worker whose queue gets a job once per period. */
export function bullmqHarness(
  { Queue, Worker }: BullMQ,
  connection: { readonly host: string; readonly port: number },
  periodMs: number,
): AdopterHarness {
  return {
    periodMs,
    time: 'real',
    async start({ supervisor, name, job, report }) {
      started += 1
      const queue = new Queue(`jobs-${started}`, { connection })
      /** Jobs whose processor was called, and whether it has settled. */
      const settled = new Map<string, boolean>()
      const over = new Set<string>()
      async function process(
        this: unknown,
        host: Job,
        token?: string,
        signal?: AbortSignal,
      ): Promise<unknown> {
        settled.set(String(host.id), false)
        try {
          return await job.call(this, host, token === undefined, signal)
        } finally {
          settled.set(String(host.id), true)
        }
      }
      const worker = new Worker(queue.name, process, { connection, concurrency: 10 })
      worker.on('error', () => {})
      worker.on('completed', ({ id }) => over.add(String(id)))
      worker.on('failed', (host, error) => {
        over.add(String(host?.id))
        report(error)
      })
      const adopt = () =>
        supervisor && adoptWorker(supervisor, worker, { name, expects: every(periodMs, { anchor: 'start' }) })
      adopt()
      await worker.waitUntilReady()
      return {
        adoptAgain: adopt,
        pause: () => worker.pause(true),
        resume: () => worker.resume(),
        // What is live then ends with the process.
        remove: () => void worker.close(true),
        async next() {
          if (worker.closing || worker.isPaused()) return
          const id = String((await queue.add('job', {})).id)
          await eventually(() => settled.has(id) || worker.closing)
          await new Promise(setImmediate)
          if (settled.get(id)) await eventually(() => over.has(id))
        },
        close: () => queue.close(),
      }
    },
  }
}
