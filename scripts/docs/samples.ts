import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../release/packages.ts'

export interface Sample {
  readonly page: string
  readonly index: number
  readonly code: string
  readonly runs: boolean
  /** The expected output: the text block that follows this block. `undefined` without one, or if `runs` is false. */
  readonly prints: string | undefined
}

const folders = ['docs', 'docs/guides', 'docs/migrating']
const packagePages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`)
const applications = readdirSync(join(root, 'examples/adopt'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== 'temp')
  .map(({ name }) => `examples/adopt/${name}`)

export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  ...packagePages,
  ...[...folders, ...applications].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file}`),
  ),
]

export function samplesOf(page: string): readonly Sample[] {
  const blocks = readFileSync(join(root, page), 'utf8').matchAll(
    /^```ts( run)?\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```$)?/gm,
  )
  return [...blocks].map(([, run, code = '', prints], index) => ({
    page,
    index: index + 1,
    code,
    runs: run !== undefined,
    prints: run === undefined ? undefined : prints,
  }))
}
