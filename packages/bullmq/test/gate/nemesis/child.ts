import { setTimeout as sleep } from 'node:timers/promises'
import { every, Supervisor } from '@runwell/core'
import { bullmqFleet } from '../../../src/bullmq-fleet.ts'
import { isLeaseLost, slotObserver, teller } from '../tell.ts'
import { realNow, setClockAhead } from './shifted-clock.ts'
import { type Orders, taskNames, versioned } from './told.ts'

const { fleet, log, tasks, version } = JSON.parse(String(process.env['NEMESIS'])) as Orders
const tell = teller(log)

const supervisor = new Supervisor({
  name: 'nemesis',
  env: {},
  observers: [slotObserver(tell)],
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
        const isLost = isLeaseLost(signal)
        tell({ what: 'ended', task: name, slot, attempt, outcome, isLost, at: realNow() })
      }
    },
  })
}

process.on('message', (message: { clockAheadMs?: number; stop?: true }) => {
  if (message.clockAheadMs !== undefined) setClockAhead(message.clockAheadMs)
  if (message.stop) void supervisor.stop({ deadline: '5s' }).then(() => process.exit(0))
})
// Ends this process when its parent has ended.
process.on('disconnect', () => process.exit(1))
setInterval(() => tell({ what: 'memory', heap: process.memoryUsage().heapUsed }), 2_000).unref()
await supervisor.start()
tell({ what: 'ready', text: String(realNow()) })
