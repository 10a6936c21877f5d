import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { describe, it } from 'vitest'
import { bundleOf } from '../../../scripts/test/bundle-of.ts'
import type { OtlpReceiver } from './processes/otlp-receiver.ts'
import { receiver } from './processes/run-service.ts'

const register = pathToFileURL(
  createRequire(import.meta.url).resolve('@opentelemetry/auto-instrumentations-node/register'),
).href

async function stopped(how: string, otlp: OtlpReceiver, signal: NodeJS.Signals = 'SIGTERM') {
  const clean = Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_OPTIONS|VITEST)/.test(name))
  const imports = how.startsWith('registered') ? ['--import', register] : []
  const program = bundleOf('packages/otel/test/processes/stopping.ts')
  const child = spawn(process.execPath, [...imports, program, how], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 25_000,
    killSignal: 'SIGKILL',
    env: {
      ...Object.fromEntries(clean),
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
      // Other detectors would send requests to the metadata services of cloud providers.
      OTEL_NODE_RESOURCE_DETECTORS: 'env,host,process',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += String(data)
      if (String(data).includes('ready')) child.kill(signal)
    })
  }
  const [code] = await once(child, 'close')
  return { code, output }
}

function lastTelemetry(otlp: OtlpReceiver) {
  const logs = otlp.requests.filter(({ path }) => path === '/v1/logs').map(({ body }) => String(body))
  return {
    result: otlp.spans().find(({ name }) => name === 'run export')?.attributes['runwell.task.run.result'],
    failures: otlp.counter('runwell.task.runs', ['runwell.task.run.result', 'failure']).at(-1),
    up: otlp.points('runwell.supervisor.up').at(-1)?.value,
    log: logs.some((body) => body.includes('run.exception') && body.includes('disk full')),
  }
}

const everything = { result: 'failure', failures: 1, up: 0, log: true }

describe.concurrent('an SDK that something else shuts down on the signal', { timeout: 60_000 }, () => {
  it.for([
    ['registered', 'SIGTERM'],
    ['registered, and a server closes first', 'SIGTERM'],
    ['own handler, installed first', 'SIGTERM'],
    ['own handler, installed first', 'SIGINT'],
    ['own handler, installed last', 'SIGTERM'],
    ['SDK first, then the supervisor', 'SIGTERM'],
  ] as const)('exports all data of the stop: %s, %s', async ([how, signal], { expect, onTestFinished }) => {
    const otlp = await receiver(onTestFinished)

    const { code, output } = await stopped(how, otlp, signal)

    expect(output).not.toContain('Runwell: ')
    expect(lastTelemetry(otlp)).toEqual(everything)
    expect(code).toBe(0)
  })

  it('is shut down at once if a run asks for it, with a warning that says what is lost', async ({
    expect,
    onTestFinished,
  }) => {
    const otlp = await receiver(onTestFinished)

    const { code, output } = await stopped('a run on its way out', otlp)

    expect(output.match(/Runwell: .*/g)).toEqual([
      "Runwell: OpenTelemetry was shut down while supervisor 'default' was still running, so its spans and metrics are lost " +
        'from then on. Call supervisor.stop() first, and sdk.shutdown() after that.',
    ])
    expect(code).toBe(0)
  })
})
