import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { configurations } from './configurations.ts'
import { Coverage } from './coverage.ts'
import { type FleetSearch, searchFleet } from './fleet/search.ts'
import { tryMutants } from './mutation.ts'
import { count, coverageLines, gaps, summaryLines } from './report.ts'
import { ticks } from './specs.ts'
import type { Summary } from './summary.ts'
import { addCoverage } from './summary.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, mutants: { type: 'boolean', default: false } },
})
const worker = fileURLToPath(new URL('./worker.ts', import.meta.url))

process.exitCode = values.mutants
  ? await tryMutants((line) => print([line]))
  : await searchAll(values.only?.split(','))

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

async function searchAll(only: readonly string[] | undefined): Promise<number> {
  const started = performance.now()
  const waiting = configurations.map(({ name }) => name).filter((name) => !only || only.includes(name))
  const coverage = new Coverage()
  const summaries: Summary[] = []
  const takeTurns = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const summary = await searchOne(name)
      summaries.push(summary)
      addCoverage(coverage, summary)
      print(summaryLines(summary))
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, takeTurns))
  const fleet = only && !only.includes('fleet') ? undefined : searchFleet(ticks(3), 2)
  if (fleet) print(fleetLines(fleet))
  const missing = only ? [] : gaps(coverage)
  const states = summaries.reduce((sum, summary) => sum + summary.states, 0)
  const isSound = summaries.every(({ violation, isExhausted }) => violation === undefined && isExhausted)
  const seconds = (performance.now() - started) / 1_000
  if (!only) print(['', ...coverageLines(coverage)])
  print([
    '',
    ...missing,
    `${count(states)} states in ${summaries.length} configurations, ${seconds.toFixed(0)} s`,
  ])
  return isSound && missing.length === 0 && fleet?.finding === undefined ? 0 : 1
}

function fleetLines({ states, depth, finding }: FleetSearch): readonly string[] {
  const result = finding ? `VIOLATION: ${finding.message}` : 'exhausted'
  return [
    `two processes of a fleet  ${count(states)} states  depth ${depth}  ${result}`,
    ...(finding?.path ?? []),
  ]
}

function searchOne(name: string): Promise<Summary> {
  return new Promise((resolve, reject) => {
    const child = fork(worker, [name])
    child.once('message', (summary) => resolve(summary as Summary))
    child.once('exit', (code) =>
      reject(new Error(`the search of '${name}' exited with ${code} and no result`)),
    )
  })
}
