import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { spellings, Vocabulary } from '../../src/alerts/vocabulary.ts'
import { promtoolTest } from './case.ts'
import { deploys } from './deploys.ts'
import { everyAlert } from './every-alert.ts'
import { firstFailure } from './first-failure.ts'
import { leaderCases } from './leaders.ts'
import { limits } from './limits.ts'
import { loops } from './loops.ts'
import { lostRuns } from './lost-runs.ts'
import { situations } from './situations.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cases = [...everyAlert, ...situations, ...deploys, ...lostRuns, ...limits, ...loops, ...leaderCases]

function promtool(...args: readonly string[]): boolean {
  const { error, status } = spawnSync('promtool', args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (error !== undefined)
    throw new Error(`promtool is missing: apt-get install prometheus (${error.message})`)
  return status === 0
}

/** promtool runs once for each case, so that a failure names the case. */
function isCaseMet(alertCase: (typeof cases)[number], words: Vocabulary, folder: string): boolean {
  const file = join(folder, 'case.yml')
  const test = {
    rule_files: [join(root, 'prometheus', words.spelling, 'runwell.yml')],
    evaluation_interval: alertCase.every,
    tests: [promtoolTest(alertCase, words)],
  }
  writeFileSync(file, stringify(test))
  const { error, status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], {
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  if (status !== 0) process.stderr.write(`FAILED ${words.spelling}: ${alertCase.name}\n${stdout}${stderr}\n`)
  return status === 0
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'runwell-alerts-'))
  try {
    let failed = 0
    for (const words of spellings.map((spelling) => new Vocabulary(spelling))) {
      if (!promtool('check', 'rules', join(root, 'prometheus', words.spelling, 'runwell.yml'))) failed++
      const own = cases.filter(({ only = words.spelling }) => only === words.spelling)
      failed += own.filter((each) => !isCaseMet(each, words, folder)).length
    }
    const unseen = await firstFailure(folder)
    if (unseen !== undefined) {
      failed++
      process.stderr.write(
        `FAILED a failure 50 ms after the start of a process is seen by increase()\n${unseen}\n`,
      )
    }
    process.stdout.write(
      `${cases.length} cases in ${spellings.length} spellings and a real first failure, ${failed} failed\n`,
    )
    if (failed > 0) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
