// `npm run bench`: all benchmarks but the long ones; `npm run bench -- per-run idle`: those; `long` and `hostile` are run
// when they are named. `--short` for a first look, which is shown and not kept. `--into=DIR` keeps the results there and
// leaves the page alone; `--compare=DIR,DIR` sets two such results against each other, and ends with 1 when a ratio
// differs by more than 15 %. `--page` writes the page anew from the results that are there.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchmark as awaits } from './awaits/benchmark.mjs'
import { budgetTable } from './budgets.mjs'
import { compare } from './compare.mjs'
import { benchmark as eachSecond } from './each-second/benchmark.mjs'
import { benchmark as growth } from './growth/benchmark.mjs'
import { benchmark as hostile } from './hostile/benchmark.mjs'
import { benchmark as idle } from './idle/benchmark.mjs'
import { benchmark as long } from './long/benchmark.mjs'
import { machine, versionOf } from './machine.mjs'
import { benchmark as mixed } from './mixed/benchmark.mjs'
import { benchmark as oneTask } from './one-task/benchmark.mjs'
import { write, writeSection } from './page.mjs'
import { benchmark as perRun } from './per-run/benchmark.mjs'
import { benchmark as profile } from './profile/benchmark.mjs'
import { benchmark as shutdown } from './shutdown/benchmark.mjs'
import { benchmark as size } from './size/benchmark.mjs'
import { Turns } from './turns.mjs'

const usual = [perRun, profile, idle, eachSecond, mixed, oneTask, growth, awaits, shutdown, size]
const benchmarks = [...usual, long, hostile]

const args = process.argv.slice(2).filter((arg) => arg !== '--')
const optionOf = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3)
const into = optionOf('into')
const isShort = args.includes('--short')
const isKept = into !== undefined || !isShort
const results = into === undefined ? fileURLToPath(new URL('results/', import.meta.url)) : resolve(into)
const fileOf = ({ id }) => resolve(results, `${id}.json`)

function chosen() {
  const names = args.filter((arg) => !arg.startsWith('--'))
  const unknown = names.filter((name) => !benchmarks.some(({ id }) => id === name))
  if (unknown.length > 0) {
    console.error(
      `No benchmark ${unknown.join(', ')}; there are ${benchmarks.map(({ id }) => id).join(', ')}`,
    )
    process.exit(1)
  }
  return names.length === 0 ? usual : benchmarks.filter(({ id }) => names.includes(id))
}

const turns = new Turns()

async function measure(benchmark) {
  const turn = (work) => turns.take(benchmark, work)
  return {
    date: new Date().toISOString(),
    machine: machine(),
    versions: Object.fromEntries(benchmark.packages.map((name) => [name, versionOf(name)])),
    data: await benchmark.run({ short: isShort, turn }),
  }
}

async function show(benchmark, result) {
  const { node, cpu, cores, load } = result.machine
  const seconds = (turns.usedMs(benchmark) / 1_000).toFixed(0)
  console.log(`\n## ${benchmark.title} (${seconds} s; Node ${node}, ${cpu}, ${cores} cores, load ${load})\n`)
  console.log(benchmark.page(result.data))
  if (isKept) {
    mkdirSync(results, { recursive: true })
    writeFileSync(fileOf(benchmark), `${JSON.stringify(result, undefined, 2)}\n`)
  }
  if (isKept && into === undefined) await writeSection(benchmark, result)
}

const folders = optionOf('compare')?.split(',')
if (folders !== undefined) {
  process.exitCode = compare(benchmarks, folders) ? 0 : 1
} else {
  const began = performance.now()
  const wanted = chosen()
  if (args.includes('--page')) {
    for (const benchmark of wanted.filter((each) => existsSync(fileOf(each))))
      await writeSection(benchmark, JSON.parse(readFileSync(fileOf(benchmark), 'utf8')))
  } else {
    const results = await Promise.all(wanted.map(measure))
    for (const [place, benchmark] of wanted.entries()) await show(benchmark, results[place])
  }
  if (isKept && into === undefined) {
    write(
      'budgets',
      budgetTable((id) => JSON.parse(readFileSync(fileOf({ id }), 'utf8')).data),
    )
  }
  console.log(`\nAll of it in ${((performance.now() - began) / 1_000).toFixed(0)} s`)
}
