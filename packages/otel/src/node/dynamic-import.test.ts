import { Script } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { importCure, isImportRefused, tellCureOnce } from './dynamic-import.ts'
import type { ExportResult } from './sdk.ts'
import { toldOnce } from './warn-once-exporter.ts'

/** What Node says to code that is run as Jest runs it. */
async function refused(): Promise<Error> {
  try {
    await new Script("import('node:http')").runInThisContext()
  } catch (error) {
    return error as Error
  }
  throw new Error('Expected the import to be refused')
}

describe('an exporter that may not import what it sends with', () => {
  it('is known by the error of Node', async () => {
    expect(isImportRefused(await refused())).toBe(true)
    expect(isImportRefused(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))).toBe(false)
    expect(isImportRefused(undefined)).toBe(false)
  })

  it('is told once for spans and metrics together, with the cure', async () => {
    const told: string[] = []
    const warn = tellCureOnce((sentence) => void told.push(sentence))
    const result: ExportResult = { code: 1, error: await refused() }
    const failing = () => ({ export: (_: unknown, done: (result: ExportResult) => void) => done(result) })

    toldOnce(failing(), 'spans', warn).export([], () => {})
    toldOnce(failing(), 'metrics', warn).export([], () => {})
    warn('another')

    expect(told).toEqual([importCure, 'another'])
    expect(importCure).toContain('node --experimental-vm-modules node_modules/jest/bin/jest.js')
  })
})
