import type { Warn } from '../options/observer-options.ts'
import { importWarning, isImportError } from './dynamic-import.ts'
import { type FlushState, isUnreachable, onResponse } from './otlp-internals.ts'
import type { Exporter } from './sdk.ts'
import type { ExporterState } from './undelivered.ts'

/**
 * Makes an exporter warn once when its exports start to fail, are rejected or succeed again. A failure during a flush
 * is left to the summary of `Undelivered`. The SDK itself reports these problems only to its diagnostic logger, which
 * is silent by default.
 */
export function warnOnceExporter<Some extends Exporter>(
  exporter: Some,
  state: ExporterState,
  flushes: FlushState,
  warn: Warn,
): Some {
  const { what } = state
  const send = exporter.export.bind(exporter)
  let problem: 'failed' | 'rejected' | undefined
  let rejection: string | undefined
  onResponse(exporter, (response) => {
    rejection = rejectionOf(what, response)
  })
  // Only this method is replaced, because the SDK also uses other methods of the exporter.
  exporter.export = (items, done) => {
    const count = Array.isArray(items) ? items.length : 1
    state.inFlight += count
    send(items, (result) => {
      const rejected = rejection
      rejection = undefined
      state.inFlight = Math.max(0, state.inFlight - count)
      const lost = state.lost + (result.code === 0 ? 0 : count)
      const now = result.code !== 0 ? 'failed' : rejected !== undefined ? 'rejected' : undefined
      if (now !== problem) {
        if (now !== 'failed') warn(rejected ?? `Runwell: ${what} can be exported again${lossOf(state)}`)
        else if (isImportError(result.error)) warn(importWarning)
        else if (!flushes.isFlushing) warn(failureOf(what, result.error))
      }
      problem = now
      // Not counted as lost, because `importWarning` already says that no export can succeed.
      if (now === 'failed' && isImportError(result.error)) state.lost = 0
      else if (now === 'failed') note(state, lost, result.error)
      else if (problem === undefined) Object.assign(state, { lost: 0, failure: undefined, isNamed: false })
      done(result)
    })
  }
  return exporter
}

const optionOf: Readonly<Record<string, string>> = {
  spans: 'traces',
  metrics: 'metrics',
  'log records': 'logs',
}

function failureOf(what: string, error: Error | undefined): string {
  const cure = isMissing(error) ? `. ${cureOf(what, error)}` : ''
  return `Runwell: ${what} can't be exported and are dropped until exports succeed: ${reasonOf(error)}${cure}`
}

function note(state: ExporterState, lost: number, error: Error | undefined): void {
  state.lost = lost
  state.failure = { reason: reasonOf(error), cure: cureOf(state.what, error) }
}

function lossOf({ what, lost }: ExporterState): string {
  return lost === 0 || what === 'metrics' ? '' : `. ${lost} were lost`
}

function isMissing(error: Error | undefined): boolean {
  return error !== undefined && 'code' in error && error.code === 404
}

function cureOf(what: string, error: Error | undefined): string {
  if (isMissing(error)) return `If this receiver takes no ${what}, pass \`${optionOf[what]}: false\``
  if (isUnreachable(error))
    return 'Check that an OTLP receiver listens there. The option `endpoint` and OTEL_EXPORTER_OTLP_ENDPOINT set the address.'
  return 'Check the receiver and its log.'
}

/** A response with status 200 may say that the receiver has rejected items. */
function rejectionOf(what: string, response: unknown): string | undefined {
  const { partialSuccess } = (response ?? {}) as { partialSuccess?: Readonly<Record<string, unknown>> | null }
  // In a JSON response the counts are strings.
  const counts = ['rejectedSpans', 'rejectedDataPoints', 'rejectedLogRecords']
  const rejected = Math.max(...counts.map((name) => Number(partialSuccess?.[name] ?? 0)))
  if (!(rejected > 0)) return undefined
  const message = partialSuccess?.['errorMessage']
  const reason = typeof message === 'string' && message !== '' ? message.slice(0, 300) : 'no reason given'
  const items = what === 'metrics' ? 'data points' : what
  return `Runwell: the receiver has rejected ${rejected} ${items} of an export: ${reason}`
}

/** Replaces the text of the SDK, which does not pass the status on. */
const retryable =
  'the receiver is overloaded, limits the rate, or is down behind a proxy (status 429, 502, 503 or 504)'

function reasonOf(error: Error | undefined): string {
  if (error === undefined) return 'no reason given'
  if (error.message === 'Export failed with retryable status') return retryable
  const inner = error instanceof AggregateError ? error.errors[0] : undefined
  const text = error.message || (inner instanceof Error ? inner.message : '') || error.name
  const code =
    'code' in error && error.code !== undefined && !text.includes(String(error.code))
      ? ` (${error.code})`
      : ''
  return `${text.slice(0, 300)}${code}`
}
