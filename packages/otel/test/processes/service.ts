import { manual, Supervisor } from '@runwell/core'
import { startTelemetry, type TelemetryOptions } from '../../src/node/index.ts'

const {
  telemetry: options,
  before,
  runs = 1,
  stopMs = 5_000,
} = JSON.parse(process.argv[2] ?? '{}') as {
  readonly telemetry: TelemetryOptions
  readonly before?: 'sdk' | 'traces-only'
  readonly runs?: number
  readonly stopMs?: number
}

function say(what: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

if (before !== undefined) {
  const { NodeSDK } = await import('@opentelemetry/sdk-node')
  new NodeSDK({ ...(before === 'traces-only' ? { metricReaders: [] } : {}) }).start()
}

try {
  const telemetry = await startTelemetry({ ...options, onWarning: (message) => say({ warning: message }) })
  say({ registered: telemetry.registered })
  const supervisor = new Supervisor({ observers: [telemetry.observer] })
  let outcome: unknown
  const mail = supervisor.register({
    name: 'mail',
    schedule: manual(),
    run: ({ annotate }) => {
      annotate({ tenant: 'a' })
      throw new TypeError('no mail')
    },
  })
  await supervisor.start()
  await new Promise((resolve) => setTimeout(resolve, 50))
  for (let run = 0; run < runs; run += 1) outcome = await mail.trigger()
  say({ outcome })
  if (options.prometheus !== undefined) {
    const url = `http://127.0.0.1:${options.prometheus.port}/metrics`
    const first = await (await fetch(url)).text()
    say({ first, second: await (await fetch(url)).text() })
  }
  const began = performance.now()
  await supervisor.stop({ deadline: stopMs })
  say({ stopMs: performance.now() - began })
  await telemetry.shutdown()
  say({ shutdown: true })
} catch (error) {
  say({ error: String(error) })
}
process.exit(0)
