import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const applications = ['bot', 'api', 'nest-worker'] as const

export type ApplicationName = (typeof applications)[number]

export function patchOf(application: ApplicationName): string {
  const page = readFileSync(join(import.meta.dirname, application, 'README.md'), 'utf8')
  const [, patch] = /^```diff\n([\s\S]*?)^```$/m.exec(page) ?? []
  if (patch === undefined) throw new Error(`Expected a diff in ${application}/README.md`)
  return patch
}

export function withoutRunwell(application: ApplicationName): string {
  const folder = join(import.meta.dirname, 'temp/before', application)
  rmSync(folder, { recursive: true, force: true })
  cpSync(join(import.meta.dirname, application), folder, { recursive: true })
  const [, ...ofFiles] = patchOf(application).split(/^--- /m)
  for (const ofFile of ofFiles) {
    const [names = '', ...hunks] = ofFile.split(/^@@ .*\n/m)
    const [from = '', to = ''] = names.split('\n+++ ')
    const file = join(folder, to.trim())
    if (from === '/dev/null') rmSync(file)
    else
      writeFileSync(
        file,
        hunks.reduce((text, hunk) => revert(text, hunk, to), readFileSync(file, 'utf8')),
      )
  }
  return folder
}

function revert(text: string, hunk: string, file: string): string {
  const lines = hunk.split(/(?<=\n)/)
  const side = (own: string): string =>
    lines.flatMap((line) => (line[0] === ' ' || line[0] === own ? [line.slice(1)] : [])).join('')
  const parts = text.split(side('+'))
  if (parts.length !== 2) throw new Error(`Expected this exactly once in ${file}:\n${side('+')}`)
  return parts.join(side('-'))
}
