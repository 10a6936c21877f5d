import { writeSync } from 'node:fs'

const type = 'RunwellWarning'

/** Warnings that Node will print on the next tick. If the process exits before that, `printAll` prints them. */
const unprinted = new Set<string>()

/** Emits a `RunwellWarning` that is printed even if the process exits immediately. */
export function emitProcessWarning(message: string): void {
  if (isExiting()) return print(message)
  if (unprinted.size === 0) process.on('exit', printAll)
  unprinted.add(message)
  process.emitWarning(message, type)
  process.nextTick(() => {
    unprinted.delete(message)
    if (unprinted.size === 0) process.off('exit', printAll)
  })
}

/**
 * Returns a function that passes a warning to `onWarning`. If `onWarning` is missing, throws or rejects, the warning
 * is passed to `fallback`.
 */
export function warningsTo(
  onWarning: ((message: string) => unknown) | undefined,
  fallback: (message: string) => void = emitProcessWarning,
): (message: string) => void {
  if (onWarning === undefined) return fallback
  return (message) => {
    try {
      const returned = onWarning(message)
      if (returned instanceof Promise) returned.catch(() => fallback(message))
    } catch {
      fallback(message)
    }
  }
}

function printAll(): void {
  for (const message of unprinted) print(message)
}

/** Node sets this undocumented property before the event `exit`. From then on, Node prints no warnings. */
function isExiting(): boolean {
  return (process as { readonly _exiting?: boolean })._exiting === true
}

function print(message: string): void {
  if (process.env['NODE_NO_WARNINGS'] === '1' || process.execArgv.includes('--no-warnings')) return
  try {
    writeSync(2, `(node:${process.pid}) ${type}: ${message}\n`)
  } catch {
    // The error output is closed or full, so the warning is lost.
  }
}
