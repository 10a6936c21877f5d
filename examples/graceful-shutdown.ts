// What happens to active work when a process receives a signal to stop?
import { createServer } from 'node:http'
import { every, handleSignals, loop, Supervisor } from '@runwell/core'

const supervisor = new Supervisor()
const server = createServer((_, response) => response.end('ok')).listen(0)

supervisor.register({
  name: 'cache.refresh',
  priority: 'low', // a shutdown aborts the runs with this priority first
  schedule: every('1s', { immediate: true }),
  run: async ({ sleep, signal }) => {
    await sleep('800ms') // ends early when the run is aborted
    console.log('cache.refresh:', signal.aborted ? 'interrupted, harmless' : 'done')
  },
})

function* orders() {
  for (let order = 1; ; order += 1) yield order
}

supervisor.register({
  name: 'orders.consume',
  priority: 'high', // aborted after the runs with a lower priority
  dependsOn: ['database'],
  schedule: loop(),
  run: async ({ sleep, each, extend }) => {
    const consume = async (order: number) => {
      // This wait ignores the abort signal, so the order is finished even during a shutdown.
      await new Promise((resolve) => setTimeout(resolve, 700))
      console.log('orders.consume: order', order, 'done')
    }
    await each(orders(), consume, { unit: 'order' }) // `each` returns after the current order when the run is aborted
    console.log('orders.consume: aborted,', Math.round(extend('2s')), 'ms left to clean up')
    await sleep('1s') // returns immediately, because the run is already aborted
  },
})

supervisor.register({
  name: 'database',
  priority: 'critical', // aborted last
  schedule: loop(),
  run: async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    console.log('database: closed')
  },
})

handleSignals(supervisor, {
  deadline: '10s',
  before: () => server.close(), // accepts no more requests; tasks still run, and spawn() still works
})
await supervisor.start()
setTimeout(() => process.kill(process.pid, 'SIGTERM'), 1_500)
