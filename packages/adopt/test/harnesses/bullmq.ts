import { every } from '@runwell/core'
import type { Job, Queue as QueueClass, Worker as WorkerClass } from 'bullmq'
import { adoptWorker } from '../../src/bullmq/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'
import { CallWatch } from './call-watch.ts'

interface BullMQ {
  readonly Queue: typeof QueueClass
  readonly Worker: typeof WorkerClass
}

let started = 0

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
      const calls = new CallWatch()
      const over = new Set<string>()
      const watched = calls.watch(job)
      async function process(
        this: unknown,
        host: Job,
        token?: string,
        signal?: AbortSignal,
      ): Promise<unknown> {
        return watched.call(this, host, token === undefined, signal)
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
        // Forced, because some active jobs of the contract never end.
        remove: () => void worker.close(true),
        async next() {
          if (worker.closing || worker.isPaused()) return
          let id = ''
          await calls.next(
            async () => {
              id = String((await queue.add('job', {})).id)
            },
            () => over.has(id),
          )
        },
        close: () => queue.close(),
      }
    },
  }
}
