import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const [page = ''] = readFileSync(join(root, 'docs/proof.md'), 'utf8').split('\n## Every state')
const folders = [
  '.',
  'packages/core',
  'packages/core/test',
  'packages/core/src',
  'packages/core/test/model',
  'packages/core/test/soak',
]

interface Claim {
  readonly file: string
  readonly tests: readonly string[]
}

function claims(): readonly Claim[] {
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  return rows.flatMap((row) => {
    const cells = row.split(' | ').slice(1).join(' | ')
    const found: { file: string; tests: string[] }[] = []
    for (const [, file, test] of cells.matchAll(/`([\w./-]+\.ts)`|"([^"]+)"/g)) {
      if (file !== undefined) found.push({ file, tests: [] })
      else if (test !== undefined) found.at(-1)?.tests.push(test)
    }
    return found
  })
}

function pathOf(file: string): string | undefined {
  return folders.map((folder) => join(root, folder, file)).find(existsSync)
}

describe('docs/proof.md', () => {
  it('names files that exist', () => {
    const files = claims().map(({ file }) => file)
    expect(files.length).toBeGreaterThan(100)
    expect(files.filter((file) => pathOf(file) === undefined)).toEqual([])
  })

  it('quotes the names of tests in these files', () => {
    const missing = claims().flatMap(({ file, tests }) => {
      const path = pathOf(file)
      const source = path === undefined ? '' : readFileSync(path, 'utf8').replaceAll("\\'", "'")
      return tests.filter((test) => !source.includes(test)).map((test) => `${file}: "${test}"`)
    })
    expect(missing).toEqual([])
  })
})
