import type { Warn } from '../options/observer-options.ts'

export const importWarning =
  "Runwell: no telemetry can be exported: OpenTelemetry's exporters load node:http by `import()`, which fails here, as it " +
  'does under Jest. Run `node --experimental-vm-modules node_modules/jest/bin/jest.js`, or pass `register: false` to ' +
  'startTelemetry in tests.'

/**
 * True if the export failed because `import()` is not available. It is not available inside `node:vm`, for example
 * under Jest.
 */
export function isImportError(error: Error | undefined): boolean {
  const code = error !== undefined && 'code' in error ? String(error.code) : ''
  return /^ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING(_FLAG)?$/.test(code)
}

export function warnOfImportOnce(warn: Warn): Warn {
  let hasWarned = false
  return (message) => {
    if (message !== importWarning) return warn(message)
    if (hasWarned) return
    hasWarned = true
    warn(message)
  }
}
