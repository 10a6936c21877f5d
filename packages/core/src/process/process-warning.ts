import { writeSync } from 'node:fs'

const type = 'RunwellWarning'

/**
 * Warnings that Node has not printed yet. Node prints a warning on the next tick. If the process exits first, Node does
 * not print the warning.
 */
const unprinted = new Set<string>()

/**
 * Like `process.emitWarning(message, 'RunwellWarning')`, but the warning is printed even if `process.exit()` follows
 * immediately, or if the process is already exiting.
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

/** Node sets this undocumented property before it emits `exit`. From then on, Node would not print a warning. */
function isExiting(): boolean {
  return (process as { readonly _exiting?: boolean })._exiting === true
}

function print(message: string): void {
  if (process.env['NODE_NO_WARNINGS'] === '1' || process.execArgv.includes('--no-warnings')) return
  try {
    writeSync(2, `(node:${process.pid}) ${type}: ${message}\n`)
  } catch {
    // The error output is closed or full, and nothing else can be done while the process exits.
  }
}
