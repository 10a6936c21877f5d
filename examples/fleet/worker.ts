// One of several equal processes. Start as many as you like:
// `REDIS_URL=redis://localhost node --import tsx examples/fleet/worker.ts`
// With `CONSOLE_PORT`, the process has a console on this port. 0 takes any free port.
import { bullmqFleet } from '@runwell/bullmq'
import { createConsole } from '@runwell/console'
import { every, handleSignals, Supervisor } from '@runwell/core'

const supervisor = new Supervisor({
  name: 'shop',
  fleet: bullmqFleet({
    connection: { url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' },
    queue: 'shop',
    takeOverWithin: '4s', // short for this example; the default of 30 s suits most services
  }),
})

supervisor.register({
  name: 'invoices.send',
  scope: 'service',
  schedule: every('5s'),
  run: async ({ attempt, fencingToken, sleep, throwIfAborted }) => {
    console.log(`process ${process.pid} sends invoices: attempt ${attempt}, token ${fencingToken}`)
    await sleep('3s')
    throwIfAborted()
    console.log(`process ${process.pid} has sent them`)
  },
})

handleSignals(supervisor)
await supervisor.start()
const port = process.env['CONSOLE_PORT']
if (port) {
  const { link } = await createConsole(supervisor).listen({ port: Number(port) })
  console.log(`Console of process ${process.pid}: ${link}`)
}
