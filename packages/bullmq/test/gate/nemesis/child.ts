/**
 * One process of the nemesis test. It runs tasks of a fleet, and writes their events to a file, line by line, until it
 * is stopped or killed.
 */
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { every, type Observer, Supervisor } from '@runwell/core'
import { bullmqFleet } from '../../../src/bullmq-fleet.ts'
import { realNow, setClockAhead } from './shifted-clock.ts'
import { type Orders, type Told, taskNames, versioned } from './told.ts'

const { fleet, log, tasks, version } = JSON.parse(String(process.env['NEMESIS'])) as Orders
const tell = (told: Told): void => appendFileSync(log, `${JSON.stringify(told)}\n`)

process.on('unhandledRejection', (error) => tell({ what: 'fault', text: `unhandled rejection: ${error}` }))
process.on('uncaughtException', (error) => {
  tell({ what: 'fault', text: `uncaught exception: ${error.stack}` })
  process.exit(1)
})

const observer: Observer = {
  name: 'nemesis',
  onEvent(event) {
    if (event.type === 'run.missed') {
      const { task, from, to, count } = event
      tell({ what: 'missed', task, from, to, count })
    } else if (event.type === 'run.skipped' && event.scheduledAt !== undefined) {
      tell({ what: 'skipped', task: event.task, slot: event.scheduledAt, reason: event.reason })
    }
  },
}

const supervisor = new Supervisor({
  name: 'nemesis',
  env: {},
  observers: [observer],
  fleet: bullmqFleet({
    ...fleet,
    queue: 'nemesis',
    version,
    takeOverWithin: '10s',
    pollEvery: '250ms',
    concurrency: 50,
  }),
})
const names = taskNames(tasks)
for (const name of [...names, versioned]) {
  const isLong = name === names.at(-1)
  const period = name === versioned && version === '2' ? '2s' : '1s'
  supervisor.register({
    name,
    scope: 'service',
    schedule: every(period, { catchUp: '30s' }),
    timeout: '20s',
    run: async ({ scheduledAt, attempt, signal }) => {
      const slot = scheduledAt?.getTime() ?? 0
      tell({ what: 'started', task: name, slot, attempt })
      let outcome = 'succeeded'
      try {
        await sleep(isLong ? 1_500 : Math.random() * 200, undefined, { signal })
      } catch (error) {
        outcome = 'aborted'
        throw error
      } finally {
        const isLost =
          signal.aborted &&
          `${(signal.reason as { cause?: unknown }).cause}${signal.reason}`.includes('lease')
        tell({ what: 'ended', task: name, slot, attempt, outcome, isLost })
      }
    },
  })
}

process.on('message', (message: { clockAheadMs?: number; stop?: true }) => {
  if (message.clockAheadMs !== undefined) setClockAhead(message.clockAheadMs)
  if (message.stop) void supervisor.stop({ deadline: '5s' }).then(() => process.exit(0))
})
// Exits when the parent has ended.
process.on('disconnect', () => process.exit(1))
setInterval(() => tell({ what: 'memory', heap: process.memoryUsage().heapUsed }), 2_000).unref()
await supervisor.start()
tell({ what: 'ready', text: String(realNow()) })
