import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutants.ts'
import { mutants } from './mutants.ts'

const core = fileURLToPath(new URL('../../', import.meta.url))

export async function tryMutants(print: (line: string) => void): Promise<number> {
  let survivors = 0
  const waiting = [...mutants]
  const takeTurns = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const verdict = await verdictOn(mutant)
      if (verdict === undefined) survivors += 1
      print(`${mutant.name.padEnd(46)} ${mutant.configuration.padEnd(17)} ${verdict ?? 'SURVIVED'}`)
    }
  }
  await Promise.all([takeTurns(), takeTurns()])
  print(`${mutants.length - survivors} of ${mutants.length} mutants killed`)
  return survivors
}

async function verdictOn(mutant: Mutant): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'runwell-mutant-'))
  try {
    await cp(join(core, 'src'), join(folder, 'src'), { recursive: true })
    await cp(join(core, 'test'), join(folder, 'test'), { recursive: true })
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const path = join(folder, 'src', mutant.file)
    const source = await readFile(path, 'utf8')
    const mutated = source.replace(mutant.from, () => mutant.to)
    if (mutated === source) throw new Error(`the mutant '${mutant.name}' no longer fits ${mutant.file}`)
    await writeFile(path, mutated)
    return await searchCopy(folder, mutant.configuration)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function searchCopy(folder: string, configuration: string): Promise<string | undefined> {
  const main = join(folder, 'test/model/main.ts')
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', main, '--only', configuration],
      (error, stdout, stderr) => {
        if (error === null) return resolve(undefined)
        const violation = stdout.split('\n')[1]?.trim()
        resolve(
          violation || `the search itself failed: ${stderr.split('\n').find((line) => /Error/.test(line))}`,
        )
      },
    )
  })
}
