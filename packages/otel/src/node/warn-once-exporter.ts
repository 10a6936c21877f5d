import type { Warn } from '../options/observer-options.ts'
import { importWarning, isImportError } from './dynamic-import.ts'
import { onResponse } from './otlp-internals.ts'
import type { Exporter } from './sdk.ts'

/**
 * Makes an exporter warn once when its exports start to fail or the receiver starts to reject some, and once when they
 * succeed again. The SDK only reports that to its diagnostic logger, which is silent by default.
 */
export function warnOnceExporter<Some extends Exporter>(exporter: Some, what: string, warn: Warn): Some {
  const send = exporter.export.bind(exporter)
  let problem: 'failed' | 'rejected' | undefined
  let rejection: string | undefined
  onResponse(exporter, (response) => {
    rejection = rejectionOf(what, response)
  })
  // Changes the instance instead of wrapping it, because the SDK reads further methods.
  exporter.export = (items, done) => {
    send(items, (result) => {
      const rejected = rejection
      rejection = undefined
      const now = result.code !== 0 ? 'failed' : rejected !== undefined ? 'rejected' : undefined
      if (now !== problem) {
        if (now === 'failed')
          warn(isImportError(result.error) ? importWarning : failureOf(what, result.error))
        else warn(rejected ?? `Runwell: ${what} can be exported again`)
      }
      problem = now
      done(result)
    })
  }
  return exporter
}

/** The option of `startTelemetry` that turns an export off. */
const optionOf: Readonly<Record<string, string>> = {
  spans: 'traces',
  metrics: 'metrics',
  'log records': 'logs',
}

function failureOf(what: string, error: Error | undefined): string {
  const isMissing = error !== undefined && 'code' in error && error.code === 404
  const cure = isMissing ? `. If this receiver takes no ${what}, pass \`${optionOf[what]}: false\`` : ''
  return `Runwell: ${what} can't be exported and are dropped until exports succeed: ${reasonOf(error)}${cure}`
}

/** Returns a warning if a response with status 200 says that the receiver has not accepted everything. */
function rejectionOf(what: string, response: unknown): string | undefined {
  const { partialSuccess } = (response ?? {}) as { partialSuccess?: Readonly<Record<string, unknown>> | null }
  // In JSON the count is a string.
  const counts = ['rejectedSpans', 'rejectedDataPoints', 'rejectedLogRecords']
  const rejected = Math.max(...counts.map((name) => Number(partialSuccess?.[name] ?? 0)))
  if (!(rejected > 0)) return undefined
  const message = partialSuccess?.['errorMessage']
  const reason = typeof message === 'string' && message !== '' ? message.slice(0, 300) : 'no reason given'
  const items = what === 'metrics' ? 'data points' : what
  return `Runwell: the receiver has rejected ${rejected} ${items} of an export: ${reason}`
}

function reasonOf(error: Error | undefined): string {
  if (error === undefined) return 'no reason given'
  const inner = error instanceof AggregateError ? error.errors[0] : undefined
  const text = error.message || (inner instanceof Error ? inner.message : '') || error.name
  const code =
    'code' in error && error.code !== undefined && !text.includes(String(error.code))
      ? ` (${error.code})`
      : ''
  return `${text.slice(0, 300)}${code}`
}
