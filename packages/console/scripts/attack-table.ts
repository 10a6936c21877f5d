/** Writes a table of the tested attacks into `docs/guides/console.md`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { kindsOfAttack } from '../test/attacks/attacks.ts'

const guide = fileURLToPath(new URL('../../../docs/guides/console.md', import.meta.url))

export function guideWithAttacks(): { readonly now: string; readonly expected: string } {
  const rows = Object.entries(kindsOfAttack).map(
    ([kind, attacks]) => `| ${kind} | ${attacks.length} | ${attacks.map(({ name }) => name).join('; ')} |`,
  )
  const head = '| kind of attack | number of tests | names of the tests |'
  const table = ['', head, '|---|---|---|', ...rows, ''].join('\n')
  const now = readFileSync(guide, 'utf8')
  const expected = now.replace(/(<!-- attacks: .* -->)[\s\S]*(<!-- \/attacks -->)/, `$1\n${table}\n$2`)
  return { now, expected }
}

const isMain = process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href
if (isMain) writeFileSync(guide, guideWithAttacks().expected)
