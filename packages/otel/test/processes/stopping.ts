import { setTimeout as wait } from 'node:timers/promises'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { handleSignals, manual, Supervisor } from '@runwell/core'
import { otelObserver } from '../../src/index.ts'

/** A service whose OpenTelemetry SDK is not shut down by the supervisor, but by other code. */
const how = process.argv[2] ?? ''

const sdk = how.startsWith('registered') ? undefined : new NodeSDK()
sdk?.start()
const supervisor = new Supervisor({
  observers: [otelObserver({ exceptions: 'both', onWarning: (message) => say(message) })],
})

const drain = true
const howToStop: Record<string, () => void> = {
  // `node --import …/register` has installed a handler that shuts the SDK down.
  registered: () => handleSignals(supervisor, { drain }),
  'registered, and a server closes first': () =>
    process.on(
      'SIGTERM',
      () =>
        void wait(300)
          .then(() => supervisor.stop({ drain }))
          .then(() => process.exit(0)),
    ),
  'own handler, installed first': () => {
    onSignals(shutDownAndExit)
    handleSignals(supervisor, { drain })
  },
  'own handler, installed last': () => {
    handleSignals(supervisor, { drain })
    onSignals(shutDownAndExit)
  },
  'SDK first, then the supervisor': () =>
    onSignals(async () => {
      await sdk?.shutdown()
      await supervisor.stop({ drain })
      process.exit(0)
    }),
  'a run on its way out': () => {
    handleSignals(supervisor, { drain })
    supervisor.spawn('sdk', async () => {
      await wait(200)
      await sdk?.shutdown()
    })
  },
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function onSignals(handler: () => unknown): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void handler())
}

/** As the documentation of OpenTelemetry recommends. */
function shutDownAndExit(): void {
  void sdk?.shutdown().finally(() => process.exit(0))
}

const task = supervisor.register({
  name: 'export',
  schedule: manual(),
  run: async () => {
    await wait(500)
    throw new TypeError('disk full')
  },
})
howToStop[how]?.()
await supervisor.start()
void task.trigger()
say('ready')
