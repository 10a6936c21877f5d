import { writeSync } from 'node:fs'

const type = 'RunwellWarning'

/** Warnings that Node has not printed yet. It prints them a tick later, and not at all if the process exits before. */
const unprinted = new Set<string>()

/**
 * Like `process.emitWarning(message, 'RunwellWarning')`. It also prints warnings that are emitted shortly before
 * `process.exit()`, or while the process exits.
 */
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

function printAll(): void {
  for (const message of unprinted) print(message)
}

/** Node sets this undocumented property before it emits `exit`. After that no tick comes. */
function isExiting(): boolean {
  return (process as { readonly _exiting?: boolean })._exiting === true
}

/** In the format of Node. */
function print(message: string): void {
  if (process.env['NODE_NO_WARNINGS'] === '1' || process.execArgv.includes('--no-warnings')) return
  try {
    writeSync(2, `(node:${process.pid}) ${type}: ${message}\n`)
  } catch {
    // The error output is closed or full, and nothing else can be done while the process exits.
  }
}
