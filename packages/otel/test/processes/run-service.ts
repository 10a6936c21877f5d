import { execFile } from 'node:child_process'
import type { onTestFinished } from 'vitest'
import { bundleOf } from '../../../../scripts/test/bundle-of.ts'
import type { TelemetryOptions } from '../../src/node/index.ts'
import { OtlpReceiver } from './otlp-receiver.ts'

/** Opens a receiver that is closed when the test ends. */
export async function receiver(
  finished: typeof onTestFinished,
  answer: Parameters<typeof OtlpReceiver.listen>[0] = 'ok',
): Promise<OtlpReceiver> {
  const made = await OtlpReceiver.listen(answer)
  finished(() => made.close())
  return made
}

/** Runs the service until it exits, and returns its output as one object. `warnings` has all its warnings. */
export function run(
  telemetry: Partial<TelemetryOptions>,
  more: Record<string, unknown> = {},
  env: Record<string, string> = {},
): Promise<Record<string, unknown> & { warnings: string[] }> {
  const options = JSON.stringify({ telemetry: { serviceName: 'shop', ...telemetry }, ...more })
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_')))
  const { promise, resolve, reject } = withResolvers<Record<string, unknown> & { warnings: string[] }>()
  const args = [bundleOf('packages/otel/test/processes/service.ts'), options]
  execFile(
    process.execPath,
    args,
    { env: { ...clean, ...env }, timeout: 30_000 },
    (error, stdout, stderr) => {
      if (error) return reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
      const said = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
      const warnings = said.flatMap(({ warning }) => (typeof warning === 'string' ? [warning] : []))
      resolve({ ...Object.assign({}, ...said), warnings })
    },
  )
  return promise
}

function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<Value>((settle, fail) => {
    resolve = settle
    reject = fail
  })
  return { promise, resolve, reject }
}
