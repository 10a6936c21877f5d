// Runs every scenario with every candidate, and writes results.json and docs/comparison.md.
//
// `npm run matrix:failures -- runwell` repeats only one candidate, `-- set-back` only one scenario.
import { readFileSync, writeFileSync } from 'node:fs'
import { candidates, scenarios } from './matrix.ts'
import { play } from './play.ts'
import type { Observation } from './scenario.ts'
import { type Results, withTable } from './table.ts'

const here = (path: string): URL => new URL(path, import.meta.url)
const page = here('../../docs/comparison.md')
const concurrency = 2

function versionOf(name: string | undefined): string {
  if (name === undefined) return ''
  return JSON.parse(readFileSync(here(`node_modules/${name}/package.json`), 'utf8')).version
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => ![...scenarios, ...candidates].some(({ id }) => id === name))
if (unknown.length > 0) {
  const known = [...scenarios, ...candidates].map(({ id }) => id).join(', ')
  throw new Error(`No scenario or candidate is called ${unknown.join(', ')}. There are: ${known}`)
}
const chosen = <Entry extends { readonly id: string }>(entries: readonly Entry[]): readonly Entry[] => {
  const named = entries.filter(({ id }) => names.includes(id))
  return named.length > 0 ? named : entries
}

const earlier: Results['observations'] =
  names.length > 0 ? JSON.parse(readFileSync(here('results.json'), 'utf8')).observations : {}
const observations: Record<string, Record<string, Observation>> = { ...earlier }
const long = ['suspended', 'slept-through', 'set-back']
// The long scenarios come first, so that no long one runs alone at the end.
const jobs = [...chosen(scenarios)]
  .sort((a, b) => Number(long.includes(b.id)) - Number(long.includes(a.id)))
  .flatMap((scenario) => chosen(candidates).map((candidate) => ({ scenario, candidate })))

async function work(): Promise<void> {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    const { scenario, candidate } = job
    const observation = await play(scenario.id, candidate.id)
    observations[scenario.id] = { ...observations[scenario.id], [candidate.id]: observation }
    const cell = observation.offered ? scenario.cell(observation) : 'no such option'
    console.log(`${scenario.id} · ${candidate.id}: ${cell}`)
  }
}

await Promise.all(Array.from({ length: concurrency }, work))

const inOrder = Object.fromEntries(
  scenarios.map(({ id }) => [
    id,
    Object.fromEntries(candidates.map((candidate) => [candidate.id, observations[id]?.[candidate.id]])),
  ]),
) as Results['observations']
const results: Results = {
  date: new Date().toISOString(),
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  versions: Object.fromEntries(candidates.map((candidate) => [candidate.id, versionOf(candidate.package)])),
  observations: inOrder,
}
writeFileSync(page, withTable(readFileSync(page, 'utf8'), results))
writeFileSync(here('results.json'), `${JSON.stringify(results, undefined, 2)}\n`)
