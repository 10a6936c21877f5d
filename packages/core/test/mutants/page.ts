import { readFile, writeFile } from 'node:fs/promises'

const path = new URL('../../../../docs/proof.md', import.meta.url)

export async function writeSection(section: string, lines: readonly string[]): Promise<void> {
  const page = await readFile(path, 'utf8')
  const begin = `<!-- mutants: ${section} -->`
  const end = `<!-- end of mutants: ${section} -->`
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/proof.md has no section ${begin} … ${end}`)
  await writeFile(path, `${page.slice(0, from)}${begin}\n\n${lines.join('\n')}\n\n${page.slice(to)}`)
}
