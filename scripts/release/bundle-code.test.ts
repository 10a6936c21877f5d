import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { bundleCode } from './bundle-code.ts'

it('keeps the comment that tells bundlers to leave an import of a computed name alone', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'runwell-build-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  await mkdir(join(dir, 'src'))
  const source = `export const load = (name: string) => import(/* webpackIgnore: true */ name)
export const files = () => import('node:fs')`
  await writeFile(join(dir, 'src/index.ts'), source)

  await bundleCode({ dir, entries: [{ subpath: '.', module: 'index' }], programs: [] })

  const code = await readFile(join(dir, 'dist/esm/index.js'), 'utf8')
  expect(code.match(/import\([^)]*\)/g)).toEqual([
    'import(/* webpackIgnore: true */ name)',
    'import("node:fs")',
  ])
})
