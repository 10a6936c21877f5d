import * as api from '@opentelemetry/api'

/** The part of the logs API that this package uses. */
interface Logs {
  disable(): void
}

/**
 * Returns the logs API of `@opentelemetry/api`. Before version 1.10 it does not exist, and the result is `undefined`.
 * `Reflect.get` is used, because bundlers refuse to build `api.logs` with an older version, which lacks that export.
 */
export function apiLogs(): Logs | undefined {
  return Reflect.get(api, 'logs') as Logs | undefined
}
