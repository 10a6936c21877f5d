import type { HrTime, Span } from '@opentelemetry/api'
import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { attr } from '../base/attribute-keys.ts'
import { truncateError } from '../base/truncate-error.ts'
import { version } from '../base/version.ts'
import type { ExceptionSignal, OtelObserverOptions } from '../options/observer-options.ts'
import { apiLogs, type Logs } from '../sdk/logs-api.ts'
import { schemaUrl, scopeName } from '../sdk/scope.ts'

/** What a span belongs to, and when it ended if that is known exactly. */
export interface ExceptionSource {
  readonly task: string
  readonly unit?: string | undefined
  readonly at?: HrTime | undefined
}

/** Records an exception of a span. */
export type RecordException = (span: Span, error: Error, eventName: string, source: ExceptionSource) => void

/** Returns the signal that the environment selects, with the values of the semantic conventions. */
export function exceptionSignal(env: NodeJS.ProcessEnv): ExceptionSignal {
  const signals = (env['OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN'] ?? '').split(',').map((word) => word.trim())
  if (signals.includes('logs/dup')) return 'both'
  return signals.includes('logs') ? 'log' : 'span'
}

/** Whether exceptions become log records. */
export function usesLogs({ exceptions = exceptionSignal(process.env) }: OtelObserverOptions): boolean {
  return exceptions !== 'span'
}

export function exceptionRecorder(signal: ExceptionSignal): RecordException {
  const logs = signal === 'span' ? undefined : findLogs()
  return (span, whole, eventName, { task, unit, at }) => {
    if (!span.isRecording()) return
    const error = truncateError(whole)
    if (signal !== 'log') span.recordException(error, at)
    logs?.current?.getLogger(scopeName, version, { schemaUrl }).emit({
      eventName,
      severityNumber: 17,
      severityText: 'ERROR',
      body: error.message,
      attributes:
        unit === undefined ? { [attr.taskName]: task } : { [attr.taskName]: task, [attr.unit]: unit },
      exception: error,
      context: trace.setSpan(ROOT_CONTEXT, span),
    })
  }
}

function findLogs(): { current: Logs | undefined } {
  const found: { current: Logs | undefined } = { current: apiLogs() }
  if (found.current !== undefined) return found
  // A variable, so that compilers do not require this optional package; the comment is for webpack, which warns of variables.
  const home = '@opentelemetry/api-logs'
  import(/* webpackIgnore: true */ home).then(
    (module: { logs?: Logs }) => {
      found.current = module.logs
    },
    () => {}, // not installed, so no logger provider can be registered there
  )
  return found
}
