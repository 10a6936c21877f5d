import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../release/packages.ts'

export interface Sample {
  readonly page: string
  /** Counts the TypeScript blocks of the page, from 1. */
  readonly index: number
  readonly code: string
  /** True for a block that begins with "```ts run". */
  readonly runs: boolean
  /** The text block right after it: the expected output. */
  readonly prints: string | undefined
}

const folders = ['docs', 'docs/guides', 'docs/migrating']
const packagePages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`)
const applications = readdirSync(join(root, 'examples/adopt'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== 'temp')
  .map(({ name }) => `examples/adopt/${name}`)

/** The checked pages, as paths from the root of the repository. */
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
