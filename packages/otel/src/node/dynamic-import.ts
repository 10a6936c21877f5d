import type { Warn } from '../options/observer-options.ts'

/** What is wrong, and what to do, where the exporters may not load what they send with. */
export const importCure =
  "Runwell: nothing can be exported: OpenTelemetry's exporters load node:http by `import()`, which is refused here, as " +
  'Jest does. Run it as `node --experimental-vm-modules node_modules/jest/bin/jest.js`, or pass `register: false` to ' +
  'startTelemetry under test.'

/** Whether an export failed because code that runs inside of `node:vm` may not `import()`. */
export function isImportRefused(error: Error | undefined): boolean {
  const code = error !== undefined && 'code' in error ? String(error.code) : ''
  return /^ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING(_FLAG)?$/.test(code)
}

/** Says the cure once, however many exporters need it, and everything else as it comes. */
export function tellCureOnce(warn: Warn): Warn {
  let isTold = false
  return (sentence) => {
    if (sentence !== importCure) return warn(sentence)
    if (isTold) return
    isTold = true
    warn(sentence)
  }
}
