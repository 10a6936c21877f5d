/** One process of the outage test. It needs `--expose-gc`. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { every, manual, Supervisor } from '@runwell/core'
import { bullmqFleet } from '../../../src/bullmq-fleet.ts'
import { isLeaseLost, slotObserver, teller } from '../tell.ts'
import { longTasks, type Orders, type Question, shortTasks, wide } from './orders.ts'

const orders = JSON.parse(String(process.env['OUTAGE'])) as Orders
const tell = teller(orders.log)
const delay = monitorEventLoopDelay({ resolution: 100 })
delay.enable()

const supervisor = new Supervisor({
  name: 'outage',
  env: {},
  observers: [slotObserver(tell)],
  keepConsole: true,
  fleet: bullmqFleet({ ...orders.fleet, queue: 'outage', gatesReadiness: orders.gatesReadiness }),
})

/** The key is the name of a long task. The function ends its active run. */
const finish = new Map<string, () => void>()

function register(name: string, work: (signal: AbortSignal) => Promise<unknown>, more: object): void {
  supervisor.register({
    name,
    scope: 'service',
    timeout: '3m',
    ...more,
    run: async ({ scheduledAt, attempt, signal }) => {
      const slot = scheduledAt?.getTime() ?? 0
      tell({ what: 'started', task: name, slot, attempt })
      let outcome = 'succeeded'
      try {
        await work(signal)
      } catch (error) {
        outcome = 'aborted'
        throw error
      } finally {
        const isLost = isLeaseLost(signal)
        tell({ what: 'ended', task: name, slot, attempt, outcome, isLost, at: Date.now() })
      }
    },
  })
}

const schedule = every('1s', { catchUp: '3m' })
for (const name of shortTasks(orders.tasks))
  register(name, (signal) => sleep(Math.random() * 200, undefined, { signal }), { schedule })
register(wide, (signal) => sleep(2_500, undefined, { signal }), { schedule, overlap: { parallel: 4 } })
for (const name of longTasks) {
  const untilFinished = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      finish.set(name, resolve)
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  register(name, untilFinished, { schedule: manual() })
}

async function heap(): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    globalThis.gc?.()
    await sleep(50)
  }
  return process.memoryUsage().heapUsed
}

async function answer(question: Question): Promise<unknown> {
  if (question.ask === 'stop') return (await supervisor.stop({ deadline: '5s' })).exitCode
  if (question.ask === 'trigger') return supervisor.task(question.task)?.trigger()
  if (question.ask === 'finish') return finish.get(question.task)?.()
  const health = [...shortTasks(orders.tasks), wide, ...longTasks].map((name) => {
    const { status, reasons } = supervisor.task(name)?.health() ?? { status: undefined, reasons: [] }
    return { name, status, reasons: reasons.map(({ rule, reason }) => ({ rule, reason })) }
  })
  return { heap: await heap(), isReady: supervisor.ready().ok, health, longestBlockMs: delay.max / 1e6 }
}

process.on('message', (question: Question) => {
  void answer(question).then((value) => process.send?.({ id: question.id, value }))
})
// Ends this process when its parent has ended.
process.on('disconnect', () => process.exit(1))
await supervisor.start()
tell({ what: 'ready', text: '' })
