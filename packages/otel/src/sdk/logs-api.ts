import * as api from '@opentelemetry/api'

interface Logs {
  disable(): void
}

/**
 * `api.logs` is missing before version 1.10 of the API. With an older version, bundlers refuse to build code that
 * contains `api.logs`.
 */
export function apiLogs(): Logs | undefined {
  return Reflect.get(api, 'logs') as Logs | undefined
}
