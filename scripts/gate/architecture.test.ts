import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { packages } from './layers.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')

const quoted = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '').filter((name) => pattern.test(name))

const [folderTable = ''] = /^\| folder \|[\s\S]*?\n\n/m.exec(page) ?? []

function foldersOfPage(): string[] {
  const rows = folderTable.trim().split('\n').slice(2)
  return rows.flatMap((row) => {
    const [, names = ''] = row.split('|')
    return names.includes('`index.ts`') ? ['.'] : quoted(names, /^[a-z]+\/$/).map((name) => name.slice(0, -1))
  })
}

describe('the page on the architecture', () => {
  it('lists the layers of core from the top down', () => {
    expect(foldersOfPage()).toEqual(packages.find(({ name }) => name === 'core')?.layers.flat())
  })

  it('names only files and folders that exist', () => {
    const names = quoted(page, /^[\w./-]+(\.ts|\/)$/)
    const base = (name: string): string => (name.startsWith('packages/') ? '' : 'packages/core/src')
    const missing = names.filter((name) => !existsSync(join(root, base(name), name)))

    expect(names.length).toBeGreaterThan(50)
    expect(missing).toEqual([])
  })

  it('names at most two files or folders for each change', () => {
    const [, table = ''] = page.split('## To change …, open …')
    const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| to change'))

    expect(rows.length).toBeGreaterThan(20)
    expect(rows.filter((row) => quoted(row, /(\.ts|\/)$/).length > 2)).toEqual([])
  })
})
