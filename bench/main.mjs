// `npm run bench`: all benchmarks; `npm run bench -- per-run idle`: those. `--short` for a first look, which is shown and
// not kept; `--page` writes the page anew from the results that are there.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { benchmark as awaits } from './awaits/benchmark.mjs'
import { budgetTable } from './budgets.mjs'
import { benchmark as eachSecond } from './each-second/benchmark.mjs'
import { benchmark as growth } from './growth/benchmark.mjs'
import { benchmark as idle } from './idle/benchmark.mjs'
import { machine, versionOf } from './machine.mjs'
import { benchmark as mixed } from './mixed/benchmark.mjs'
import { benchmark as oneTask } from './one-task/benchmark.mjs'
import { write, writeSection } from './page.mjs'
import { benchmark as perRun } from './per-run/benchmark.mjs'
import { benchmark as profile } from './profile/benchmark.mjs'
import { benchmark as shutdown } from './shutdown/benchmark.mjs'
import { benchmark as size } from './size/benchmark.mjs'

const benchmarks = [perRun, profile, idle, eachSecond, mixed, oneTask, growth, awaits, shutdown, size]
const results = new URL('results/', import.meta.url)
const fileOf = ({ id }) => new URL(`${id}.json`, results)

const args = process.argv.slice(2).filter((arg) => arg !== '--')
const short = args.includes('--short')
const pageOnly = args.includes('--page')
const names = args.filter((arg) => !arg.startsWith('--'))
const unknown = names.filter((name) => !benchmarks.some(({ id }) => id === name))
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}; there are ${benchmarks.map(({ id }) => id).join(', ')}`)
  process.exit(1)
}

for (const benchmark of benchmarks) {
  if (names.length > 0 && !names.includes(benchmark.id)) continue
  if (pageOnly) {
    await writeSection(benchmark, JSON.parse(readFileSync(fileOf(benchmark), 'utf8')))
    continue
  }
  const began = performance.now()
  const result = {
    date: new Date().toISOString(),
    machine: machine(),
    versions: Object.fromEntries(benchmark.packages.map((name) => [name, versionOf(name)])),
    data: await benchmark.run({ short }),
  }
  const { node, cpu, cores, load } = result.machine
  const seconds = ((performance.now() - began) / 1_000).toFixed(0)
  console.log(`\n## ${benchmark.title} (${seconds} s; Node ${node}, ${cpu}, ${cores} cores, load ${load})\n`)
  console.log(benchmark.page(result.data))
  if (short) continue
  mkdirSync(results, { recursive: true })
  writeFileSync(fileOf(benchmark), `${JSON.stringify(result, undefined, 2)}\n`)
  await writeSection(benchmark, result)
}

if (!short) {
  const dataOf = (id) => JSON.parse(readFileSync(new URL(`${id}.json`, results), 'utf8')).data
  write('budgets', budgetTable(dataOf))
}
