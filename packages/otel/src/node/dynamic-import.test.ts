import { Script } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { importWarning, isImportError, warnOfImportOnce } from './dynamic-import.ts'
import { FlushState } from './otlp-internals.ts'
import type { ExportResult } from './sdk.ts'
import { Undelivered } from './undelivered.ts'
import { warnOnceExporter } from './warn-once-exporter.ts'

/** Causes the error of an import under Jest, which runs tests with `node:vm`. */
async function refused(): Promise<Error> {
  try {
    await new Script("import('node:http')").runInThisContext()
  } catch (error) {
    return error as Error
  }
  throw new Error('Expected the import to be refused')
}

describe('an exporter that can not import its HTTP client', () => {
  it('is detected by the error of Node', async () => {
    expect(isImportError(await refused())).toBe(true)
    expect(isImportError(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))).toBe(false)
    expect(isImportError(undefined)).toBe(false)
  })

  it('causes one warning with the fix for spans and metrics together, and no summary at the end', async () => {
    const warnings: string[] = []
    const warn = warnOfImportOnce((message) => void warnings.push(message))
    const result: ExportResult = { code: 1, error: await refused() }
    const failing = () => ({ export: (_: unknown, done: (result: ExportResult) => void) => done(result) })

    const undelivered = new Undelivered(warn)
    for (const what of ['spans', 'metrics']) {
      const state = undelivered.add(what, 'http://localhost:4318')
      warnOnceExporter(failing(), state, new FlushState(), warn).export([{}], () => {})
    }
    undelivered.close()
    warn('another')

    expect(warnings).toEqual([importWarning, 'another'])
    expect(importWarning).toContain('node --experimental-vm-modules node_modules/jest/bin/jest.js')
  })
})
