import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compiledProgram } from './programs.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

interface ProcessOptions {
  readonly nodeArgs?: readonly string[]
  readonly timeoutMs?: number
}

/**
 * Runs a program of this folder in a fresh Node process, with the built packages.
 *
 * @param program - a path such as `idle/worker.ts`
 * @returns the last printed line, parsed as JSON
 * @throws Error if the program fails, or is killed after `timeoutMs` (by default 2 min)
 */
export async function inFreshProcess<Output>(
  program: string,
  args: readonly (string | number)[] = [],
  { nodeArgs = [], timeoutMs = 120_000 }: ProcessOptions = {},
): Promise<Output> {
  const file = await compiledProgram(program)
  const command = ['--conditions=built', ...nodeArgs, file, ...args.map(String)]
  const child = spawn(process.execPath, command, { cwd: here, stdio: ['ignore', 'pipe', 'pipe'] })
  // Only the end of the output is kept, because some libraries write a line for every missed run.
  const append = (all: string, chunk: string) => (all + chunk).slice(-100_000)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout = append(stdout, chunk)
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = append(stderr, chunk)
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
    (resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ code, signal }))
    },
  ).finally(() => clearTimeout(timer))
  if (code !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}\n${stderr.slice(-4_000)}`)
  }
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Output
}
