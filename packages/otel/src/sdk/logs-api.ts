import * as api from '@opentelemetry/api'

interface Logs {
  disable(): void
}

/** Bundlers refuse to build `api.logs` with a version of the API before 1.10, which lacks that export. */
export function apiLogs(): Logs | undefined {
  return Reflect.get(api, 'logs') as Logs | undefined
}
