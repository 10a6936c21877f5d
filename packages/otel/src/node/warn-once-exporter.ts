import type { Warn } from '../options/observer-options.ts'
import { importCure, isImportRefused } from './dynamic-import.ts'
import type { Exporter } from './sdk.ts'

/**
 * Makes an exporter say, once, that its exports fail, and once that they succeed again. Without it nobody would know:
 * the SDK tells its diagnostic logger, which is silent unless a program sets one.
 */
export function toldOnce<Some extends Exporter>(exporter: Some, what: string, warn: Warn): Some {
  const send = exporter.export.bind(exporter)
  let isFailing = false
  // On the instance itself, and not in a wrapper: exporters have further methods that the SDK looks for.
  exporter.export = (items, done) => {
    send(items, (result) => {
      const hasFailed = result.code !== 0
      if (hasFailed && !isFailing) {
        warn(isImportRefused(result.error) ? importCure : failureOf(what, result.error))
      } else if (!hasFailed && isFailing) {
        warn(`Runwell: ${what} are exported again`)
      }
      isFailing = hasFailed
      done(result)
    })
  }
  return exporter
}

function failureOf(what: string, error: Error | undefined): string {
  return `Runwell: ${what} can't be exported, and are dropped until they can: ${reasonOf(error)}`
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
