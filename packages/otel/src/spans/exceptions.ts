import type { HrTime, Span } from '@opentelemetry/api'
import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { attr } from '../base/attribute-keys.ts'
import { truncateError } from '../base/truncate-error.ts'
import { version } from '../base/version.ts'
import type { ExceptionSignal, OtelObserverOptions } from '../options/observer-options.ts'
import { registeredLogs } from '../sdk/api-registry.ts'
import { schemaUrl, scopeName } from '../sdk/scope.ts'

/** `at` is the end time of the span. It is absent if it is not known exactly. */
export interface ExceptionSource {
  readonly task: string
  readonly unit?: string | undefined
  readonly at?: HrTime | undefined
}

export type RecordException = (span: Span, error: Error, eventName: string, source: ExceptionSource) => void

export function exceptionSignal(env: NodeJS.ProcessEnv): ExceptionSignal {
  const signals = (env['OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN'] ?? '').split(',').map((word) => word.trim())
  if (signals.includes('logs/dup')) return 'both'
  return signals.includes('logs') ? 'log' : 'span'
}

export function usesLogs({ longRuns = true, ...options }: OtelObserverOptions): boolean {
  return longRuns || (options.exceptions ?? exceptionSignal(process.env)) !== 'span'
}

export function exceptionRecorder(signal: ExceptionSignal): RecordException {
  return (span, whole, eventName, { task, unit, at }) => {
    if (!span.isRecording()) return
    const error = truncateError(whole)
    if (signal !== 'log') span.recordException(error, at)
    if (signal === 'span') return
    registeredLogs()
      ?.getLogger(scopeName, version, { schemaUrl })
      .emit({
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
