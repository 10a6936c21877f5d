import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { foldersWithoutLayer, importCycles, readGraph, upwardImports } from './layers.ts'

const layers = [['.'], ['shell'], ['kernel', 'events'], ['base']]

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runwell-layers-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

describe('the layers of a package', () => {
  it('allow imports of the folders below and of the own folder', () => {
    write('index.ts', "export { run } from './shell/run.ts'")
    write('shell/run.ts', "import { step } from '../kernel/step.ts'\nimport { other } from './other.ts'")
    write('shell/other.ts', '')
    write('kernel/step.ts', "import type { Now } from '../base/now.ts'")
    write('base/now.ts', '')

    const graph = readGraph(root)

    expect(upwardImports(graph, layers)).toEqual([])
    expect(importCycles(graph)).toEqual([])
    expect(foldersWithoutLayer(graph, layers)).toEqual([])
  })

  it('refuse an import of a folder above, also one of a type only', () => {
    write('shell/run.ts', '')
    write('base/now.ts', "import type {\n  Run,\n} from '../shell/run.ts'")

    expect(upwardImports(readGraph(root), layers)).toEqual(['base/now.ts -> shell/run.ts'])
  })

  it('refuse an import of a folder beside it', () => {
    write('kernel/step.ts', "export type { Event } from '../events/event.ts'")
    write('events/event.ts', '')

    expect(upwardImports(readGraph(root), layers)).toEqual(['kernel/step.ts -> events/event.ts'])
  })

  it('refuse an import of the root and a dynamic import', () => {
    write('index.ts', '')
    write('shell/run.ts', "const all = import('../index.ts')")

    expect(upwardImports(readGraph(root), layers)).toEqual(['shell/run.ts -> index.ts'])
  })

  it('find a cycle by a detour through types', () => {
    write('base/a.ts', "import type { B } from './b.ts'")
    write('base/b.ts', "import { c } from './c.ts'")
    write('base/c.ts', "export type { A } from './a.ts'")
    write('base/d.ts', "import { a } from './a.ts'")

    expect(importCycles(readGraph(root))).toEqual([['base/a.ts', 'base/b.ts', 'base/c.ts']])
  })

  it('ignore the imports of tests', () => {
    write('shell/run.ts', '')
    write('base/now.test.ts', "import '../shell/run.ts'")

    expect(upwardImports(readGraph(root), layers)).toEqual([])
  })

  it('refuse a folder that no layer names', () => {
    write('utils/a.ts', '')

    expect(foldersWithoutLayer(readGraph(root), layers)).toEqual(['utils'])
  })
})
