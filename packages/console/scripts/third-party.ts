import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Each licence must be published together with its library. */
export function noticesOf(files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => folderOf(file) ?? []))
  const notices = [...folders].map(noticeOf).sort((one, other) => one.localeCompare(other))
  return [
    '# Third-party software',
    '',
    'The page of the console contains these libraries.',
    ...notices.map((notice) => `\n${notice}`),
    '',
  ].join('\n')
}

function folderOf(file: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Manifest
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (license !== 'MIT' || file === undefined) throw new Error(`Expected an MIT licence in ${folder}`)
  const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r', '').trim()
  return `## ${name} ${version}\n\n${text}`
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
}
