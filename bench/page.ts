import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Benchmark, Result } from './benchmark.ts'
import { draw } from './plots.ts'

const page = new URL('../docs/performance.md', import.meta.url)
const pictures = new URL('../docs/performance/', import.meta.url)

export async function writeSection<Data>(benchmark: Benchmark<Data>, result: Result<Data>): Promise<void> {
  const plots = benchmark.plots(result.data)
  mkdirSync(pictures, { recursive: true })
  for (const plot of plots) writeFileSync(new URL(`${plot.name}.svg`, pictures), `${await draw(plot)}\n`)

  const { node, cpu, cores, platform, load } = result.machine
  const versions = Object.entries(result.versions).map(([name, version]) => `${name} ${version}`)
  const made = `Node ${node}, ${cpu}, ${cores} cores, ${platform}, load ${load} at the start, ${result.date.slice(0, 10)}${versions.length > 0 ? `; ${versions.join(', ')}` : ''}.`
  const images = plots.map(({ name, title }) => `![${title}](performance/${name}.svg)`)
  const body = [benchmark.page(result.data), ...images, `<sub>${made}</sub>`].join('\n\n')
  write(benchmark.id, body)
}

export function write(id: string, body: string): void {
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), id, body))
}

function withSection(text: string, id: string, body: string): string {
  const begin = `<!-- bench:${id} -->`
  const end = `<!-- /bench:${id} -->`
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no markers for ${id}`)
  return `${text.slice(0, from)}${begin}\n\n${body}\n\n${text.slice(to)}`
}
