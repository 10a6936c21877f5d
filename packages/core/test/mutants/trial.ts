import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutant.ts'

const core = fileURLToPath(new URL('../../', import.meta.url))
const root = join(core, '../../')

/** `killedBy` is what failed first. It is `undefined` if all tests passed. */
export interface Verdict {
  readonly mutant: Mutant
  readonly killedBy: string | undefined
}

export class Workbench {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<Workbench> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'runwell-mutants-')))
    for (const part of ['src', 'test', 'package.json'])
      await cp(join(core, part), join(folder, part), { recursive: true })
    await symlink(join(core, 'node_modules'), join(folder, 'node_modules'))
    await writeFile(
      join(folder, 'vitest.config.mjs'),
      'export default { test: { include: ["{src,test}/**/*.test.ts"] } }',
    )
    return new Workbench(folder)
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  async try(mutant: Mutant): Promise<Verdict> {
    const path = join(this.folder, 'src', mutant.file)
    const source = await readFile(path, 'utf8')
    const count = source.split(mutant.from).length - 1
    if (count !== 1) throw new Error(`'${mutant.name}' fits ${mutant.file} ${count} times, not once`)
    await writeFile(
      path,
      source.replace(mutant.from, () => mutant.to),
    )
    try {
      return { mutant, killedBy: await this.run(mutant.tests) }
    } finally {
      await writeFile(path, source)
    }
  }

  run(tests: readonly string[]): Promise<string | undefined> {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const args = [vitest, 'run', '--bail', '1', '--reporter', 'json', '--root', this.folder, ...tests]
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        args,
        { cwd: this.folder, timeout: 120_000, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          if (error === null) return resolve(undefined)
          if (error.killed) return resolve('the tests never end')
          try {
            resolve(firstFailure(stdout))
          } catch {
            reject(new Error(`vitest printed no JSON: ${stdout.slice(0, 500)} ${stderr.slice(0, 500)}`))
          }
        },
      )
    })
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

function firstFailure(stdout: string): string {
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report
  for (const { assertionResults } of report.testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed')
    if (failed) return failed.fullName
  }
  return 'a test file that does not load, or an error outside of all tests'
}
