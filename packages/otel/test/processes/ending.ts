import { every, handleSignals, Supervisor } from '@runwell/core'
import { startTelemetry } from '../../src/node/index.ts'

const [how, endpoint = ''] = process.argv.slice(2)
const telemetry = await startTelemetry({ serviceName: 'shop', endpoint })
const supervisor = new Supervisor({ observers: [telemetry.observer] })
if (how === 'SIGTERM') handleSignals(supervisor, { log: () => {} })
const task = supervisor.register({
  name: 'mail',
  schedule: every('1h', { first: 'after-period' }),
  run: () => {},
})
await supervisor.start()
await task.trigger()

if (how === 'stop') {
  await supervisor.stop()
  process.exit(0)
}
if (how === 'stop in 300 ms') {
  await supervisor.stop({ deadline: '300ms' })
  process.exit(0)
}
if (how === 'stop and shutdown') {
  await supervisor.stop()
  await telemetry.shutdown()
}
if (how === 'exit') process.exit(0)
if (how === 'SIGTERM') process.kill(process.pid, 'SIGTERM')
if (how === 'nothing left to do') await task.unregister()
