import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Trial, Verdict } from './trial.ts'

const run = promisify(execFile)
const child = fileURLToPath(new URL('./child.ts', import.meta.url))

interface Row {
  readonly what: string
  readonly trials: number
  readonly tasks: number
  readonly blocker: Trial['blocker']
  readonly seconds: number
}

const rows: readonly Row[] = [
  { what: 'one of 20 tasks', trials: 100, tasks: 20, blocker: 'task', seconds: 4.2 },
  { what: 'the only task', trials: 20, tasks: 1, blocker: 'task', seconds: 2.6 },
  { what: 'one of 2 tasks', trials: 20, tasks: 2, blocker: 'task', seconds: 3.2 },
  { what: 'nothing, with 20 tasks', trials: 20, tasks: 20, blocker: 'nothing', seconds: 2 },
  { what: 'other code, with 20 tasks', trials: 20, tasks: 20, blocker: 'other', seconds: 3.6 },
  { what: 'other code, with 2 tasks', trials: 20, tasks: 2, blocker: 'other', seconds: 3.2 },
  { what: 'other code, with 1 task', trials: 20, tasks: 1, blocker: 'other', seconds: 2.6 },
]
const least = 0.95
const lanes = 2

async function tryRow({ trials, tasks, blocker, seconds }: Row): Promise<readonly Verdict[]> {
  const all = Array.from(
    { length: trials },
    (_, index): Trial => ({ seed: index + 1, tasks, blocker, seconds }),
  )
  const shares = Array.from({ length: lanes }, (_, lane) => all.filter(({ seed }) => seed % lanes === lane))
  const verdicts = await Promise.all(
    shares.map(async (share) => {
      const { stdout } = await run(process.execPath, ['--import', 'tsx', child, JSON.stringify(share)])
      return JSON.parse(stdout) as Verdict[]
    }),
  )
  return verdicts.flat()
}

const only = process.argv[2]
const began = performance.now()
let isGood = true
process.stdout.write(
  '| what blocks | trials | right | wrongly suspected | blocks per trial |\n| --- | --- | --- | --- | --- |\n',
)
for (const row of rows) {
  if (only !== undefined && !row.what.includes(only)) continue
  const verdicts = await tryRow(row)
  const right = verdicts.filter((verdict) => verdict.isRight)
  const expected = row.blocker === 'task' ? 'task-0' : ''
  const wronged = verdicts.filter(({ everNamed }) => everNamed.some((name) => name !== expected))
  const blocks = verdicts.map((verdict) => verdict.blocks).sort((a, b) => a - b)
  const middle = blocks[Math.floor(blocks.length / 2)] ?? 0
  process.stdout.write(
    `| ${row.what} | ${row.trials} | ${right.length} | ${wronged.length} | ${blocks[0]}–${middle}–${blocks.at(-1)} |\n`,
  )
  const seeds = verdicts
    .filter((verdict) => !verdict.isRight)
    .map(({ trial, named, blocks }) => `${trial.seed} (${named ?? 'none'}, ${blocks} blocks)`)
  if (seeds.length > 0) process.stdout.write(`  wrong verdicts: seeds ${seeds.join(', ')}\n`)
  if (right.length < least * row.trials) isGood = false
}
process.stdout.write(`${((performance.now() - began) / 1_000).toFixed(0)} s\n`)
process.exitCode = isGood ? 0 : 1
