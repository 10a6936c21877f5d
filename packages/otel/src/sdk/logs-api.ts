import * as api from '@opentelemetry/api'

/** The used part of the logs API. */
interface Logs {
  disable(): void
}

/**
 * Returns the logs API of `@opentelemetry/api`; `undefined` before 1.10, when `@opentelemetry/api-logs` has it.
 * `Reflect.get`, because bundlers would refuse to build `api.logs` with an older version, which lacks that export.
 */
export function apiLogs(): Logs | undefined {
  return Reflect.get(api, 'logs') as Logs | undefined
}
