// `npm run bench` runs the usual benchmarks; `npm run bench -- per-run idle` runs only these two.
//
// --short            measures for a shorter time, and keeps the results only with --into
// --into=DIR         keeps the results in DIR, and does not change docs/performance.md
// --compare=DIR,DIR  compares the results in two folders; exits with 1 if a ratio is missing or differs by over 15 %
// --page             measures nothing, and writes docs/performance.md from the stored results
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchmark as adopted } from './adopted/benchmark.ts'
import { benchmark as awaits } from './awaits/benchmark.ts'
import type { Benchmark, Result } from './benchmark.ts'
import { budgetTable } from './budgets.ts'
import { compare } from './compare.ts'
import { benchmark as consoleViewers } from './console/benchmark.ts'
import { benchmark as drift } from './drift/benchmark.ts'
import { benchmark as eachSecond } from './each-second/benchmark.ts'
import { benchmark as firstPaint } from './first-paint/benchmark.ts'
import { benchmark as fleet } from './fleet/benchmark.ts'
import { benchmark as growth } from './growth/benchmark.ts'
import { benchmark as hostileInput } from './hostile-input/benchmark.ts'
import { benchmark as idle } from './idle/benchmark.ts'
import { benchmark as longRuns } from './long-runs/benchmark.ts'
import { machine, versionOf } from './machine.ts'
import { benchmark as mixedPeriods } from './mixed-periods/benchmark.ts'
import { write, writeSection } from './page.ts'
import { benchmark as perRun } from './per-run/benchmark.ts'
import { benchmark as profile } from './profile/benchmark.ts'
import { readResult } from './results.ts'
import { benchmark as shutdown } from './shutdown/benchmark.ts'
import { benchmark as size } from './size/benchmark.ts'
import { benchmark as tracing } from './tracing/benchmark.ts'
import { Turns } from './turns.ts'

type AnyBenchmark = Benchmark<unknown>

const usual: readonly AnyBenchmark[] = [
  perRun,
  adopted,
  profile,
  idle,
  eachSecond,
  mixedPeriods,
  drift,
  growth,
  awaits,
  tracing,
  shutdown,
  size,
]
const benchmarks: readonly AnyBenchmark[] = [
  ...usual,
  longRuns,
  hostileInput,
  consoleViewers,
  firstPaint,
  fleet,
]

const args = process.argv.slice(2).filter((arg) => arg !== '--')
const into = optionOf('into')
const isShort = args.includes('--short')
const isKept = into !== undefined || !isShort
const folder = into === undefined ? fileURLToPath(new URL('results/', import.meta.url)) : resolve(into)
const turns = new Turns()

function optionOf(name: string): string | undefined {
  return args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3)
}

function fileOf(id: string): string {
  return resolve(folder, `${id}.json`)
}

function chosen(): readonly AnyBenchmark[] {
  const names = args.filter((arg) => !arg.startsWith('--'))
  const unknown = names.filter((name) => !benchmarks.some(({ id }) => id === name))
  if (unknown.length > 0) {
    console.error(
      `Unknown benchmark ${unknown.join(', ')}. Choose from ${benchmarks.map(({ id }) => id).join(', ')}.`,
    )
    process.exit(1)
  }
  return names.length === 0 ? usual : benchmarks.filter(({ id }) => names.includes(id))
}

async function measure<Data>(benchmark: Benchmark<Data>): Promise<Result<Data>> {
  return {
    date: new Date().toISOString(),
    machine: machine(),
    versions: Object.fromEntries(benchmark.packages.map((name) => [name, versionOf(name)])),
    data: await benchmark.run({ short: isShort, turn: (work) => turns.take(benchmark, work) }),
  }
}

async function show<Data>(benchmark: Benchmark<Data>, result: Result<Data>): Promise<void> {
  const { node, cpu, cores, load } = result.machine
  const seconds = (turns.usedMs(benchmark) / 1_000).toFixed(0)
  console.log(`\n## ${benchmark.title} (${seconds} s; Node ${node}, ${cpu}, ${cores} cores, load ${load})\n`)
  console.log(benchmark.page(result.data))
  if (isKept) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(fileOf(benchmark.id), `${JSON.stringify(result, undefined, 2)}\n`)
  }
  if (isKept && into === undefined) await writeSection(benchmark, result)
}

async function writePage(wanted: readonly AnyBenchmark[]): Promise<void> {
  for (const benchmark of wanted.filter(({ id }) => existsSync(fileOf(id))))
    await writeSection(benchmark, readResult(fileOf(benchmark.id)))
}

async function measureAndShow(wanted: readonly AnyBenchmark[]): Promise<void> {
  const measured = await Promise.all(
    wanted.map(async (benchmark) => ({ benchmark, result: await measure(benchmark) })),
  )
  for (const { benchmark, result } of measured) await show(benchmark, result)
}

async function main(): Promise<void> {
  const began = performance.now()
  const wanted = chosen()
  if (args.includes('--page')) await writePage(wanted)
  else await measureAndShow(wanted)
  if (isKept && into === undefined) {
    write(
      'budgets',
      budgetTable((id) => readResult(fileOf(id))),
    )
  }
  console.log(`\nDone in ${((performance.now() - began) / 1_000).toFixed(0)} s`)
}

const compared = optionOf('compare')
if (compared === undefined) {
  await main()
} else {
  const [one, other] = compared.split(',')
  if (one === undefined || other === undefined) throw new Error('Name two folders: --compare=one,two')
  process.exitCode = compare(benchmarks, [one, other]) ? 0 : 1
}
