import { every } from '@runwell/core'
import type PgBoss from 'pg-boss'
import { adoptPgBoss } from '../../src/pg-boss/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'
import { CallWatch } from './call-watch.ts'

/** One case of the contract needs three overlapping runs, and a worker runs one job at a time. */
const workerCount = 3
let started = 0

export function pgBossHarness(
  Boss: typeof PgBoss,
  connectionString: string,
  schema: string,
  periodMs: number,
): AdopterHarness {
  return {
    periodMs,
    time: 'real',
    // While pg-boss 10 stops, it checks its jobs only once a second.
    msPerSecond: 500,
    furtherTasks: ['pg-boss'],
    async start({ supervisor, name, job, report }) {
      started += 1
      const queue = `jobs-${started}`
      const host = new Boss({ connectionString, schema, supervise: false, schedule: false })
      host.on('error', () => {})
      const expects = every(periodMs, { anchor: 'start' })
      const adopt = () =>
        supervisor
          ? adoptPgBoss(supervisor, host, (each) => (each.name === queue ? { name, expects } : {}))
          : host
      const boss = adopt()
      await boss.start()
      await boss.createQueue(queue)
      const calls = new CallWatch()
      const workers: string[] = []
      for (let count = 0; count < workerCount; count += 1)
        workers.push(await boss.work(queue, calls.watch(job) as PgBoss.WorkHandler<object>))
      let isRemoved = false
      const stateOf = async (id: string | null) => (await host.getJobById(queue, String(id)))?.state
      return {
        adoptAgain: adopt,
        remove() {
          isRemoved = true
          void boss.stop({ timeout: 20_000 })
        },
        async next() {
          if (isRemoved) return
          let id: string | null = null
          await calls.next(
            async () => {
              id = await boss.send(queue, {}, { retryLimit: 0 })
              for (const worker of workers) boss.notifyWorker(worker)
            },
            async () => /completed|failed/.test((await stateOf(id)) ?? ''),
          )
          const ended = await host.getJobById(queue, String(id))
          if (ended?.state === 'failed') report(JSON.stringify(messageOf(ended.output)))
        },
      }
    },
  }
}

/** The adopter adds lines to the stack, so the stack is left out. */
function messageOf(output: object | null): unknown {
  const { stack, ...rest } = (output ?? {}) as { stack?: unknown }
  return rest
}
