import { every } from '@runwell/core'
import type * as Graphile from 'graphile-worker'
import { runwellPreset } from '../../src/graphile-worker/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'
import { CallWatch } from './call-watch.ts'

let started = 0

export function graphileHarness(
  host: typeof Graphile,
  connectionString: string,
  schema: string,
  periodMs: number,
): AdopterHarness {
  return {
    periodMs,
    time: 'real',
    msPerSecond: 50,
    furtherTasks: ['graphile-worker'],
    async start({ supervisor, name, job, report }) {
      started += 1
      const identifier = `job-${started}`
      const expects = every(periodMs, { anchor: 'start' })
      const preset =
        supervisor && runwellPreset(supervisor, (each) => (each.name === identifier ? { name, expects } : {}))
      const calls = new CallWatch()
      const runner = await host.run({
        noHandleSignals: true,
        taskList: { [identifier]: calls.watch(job) as Graphile.Task },
        preset: {
          extends: preset ? [preset] : [],
          worker: {
            connectionString,
            schema,
            concurrentJobs: 5,
            logger: new host.Logger(() => () => {}),
          },
        },
      })
      runner.promise.catch(() => {})
      const over = new Set<string>()
      runner.events.on('job:complete', ({ job: { id }, error }) => {
        over.add(id)
        if (error) report(error)
      })
      let isRemoved = false
      return {
        remove() {
          isRemoved = true
          runner.stop().catch(() => {})
        },
        async next() {
          if (isRemoved) return
          let id = ''
          await calls.next(
            async () => {
              id = (await runner.addJob(identifier, {}, { maxAttempts: 1 })).id
            },
            () => over.has(id),
          )
        },
      }
    },
  }
}
