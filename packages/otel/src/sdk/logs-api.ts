import * as api from '@opentelemetry/api'

/** The used part of the logs API. */
interface Logs {
  disable(): void
}

/**
 * Returns the logs API if `@opentelemetry/api` has it: since 1.10, before that it is in `@opentelemetry/api-logs`.
 * Bundlers refuse to build `api.logs` with an older version, because they check the members of a namespace.
 */
export function apiLogs(): Logs | undefined {
  return Reflect.get(api, 'logs') as Logs | undefined
}
