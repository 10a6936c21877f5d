import { execFile } from 'node:child_process'
import type { TelemetryOptions } from '../../src/node/index.ts'

export function runProgram(
  program: readonly string[],
  telemetry: Partial<TelemetryOptions>,
  more: Record<string, unknown> = {},
  env: Record<string, string> = {},
): Promise<Record<string, unknown> & { warnings: string[] }> {
  const options = JSON.stringify({ telemetry: { serviceName: 'shop', ...telemetry }, ...more })
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_')))
  const { promise, resolve, reject } = withResolvers<Record<string, unknown> & { warnings: string[] }>()
  const args = [...program, options]
  execFile(
    process.execPath,
    args,
    { env: { ...clean, ...env }, timeout: 30_000 },
    (error, stdout, stderr) => {
      if (error) return reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
      const warnings = lines.flatMap(({ warning }) => (typeof warning === 'string' ? [warning] : []))
      resolve({ ...Object.assign({}, ...lines), warnings })
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
