import type { Warn } from '../options/observer-options.ts'
import { importWarning, isImportError } from './dynamic-import.ts'
import type { Exporter } from './sdk.ts'

/**
 * Makes an exporter warn once when its exports start to fail, and once when they succeed again. The SDK only reports
 * failures to its diagnostic logger, which is silent by default.
 */
export function warnOnceExporter<Some extends Exporter>(exporter: Some, what: string, warn: Warn): Some {
  const send = exporter.export.bind(exporter)
  let isFailing = false
  // Patches the instance instead of wrapping it, since the SDK looks for further methods.
  exporter.export = (items, done) => {
    send(items, (result) => {
      const hasFailed = result.code !== 0
      if (hasFailed && !isFailing) {
        warn(isImportError(result.error) ? importWarning : failureOf(what, result.error))
      } else if (!hasFailed && isFailing) {
        warn(`Runwell: ${what} can be exported again`)
      }
      isFailing = hasFailed
      done(result)
    })
  }
  return exporter
}

function failureOf(what: string, error: Error | undefined): string {
  return `Runwell: ${what} can't be exported and are dropped until exports succeed: ${reasonOf(error)}`
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
