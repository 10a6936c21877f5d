import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

/**
 * Runs `file` of this folder in a fresh Node process and gives what it printed as its last line, parsed as JSON.
 * The condition `built` makes `@runwell/*` mean the built packages, as a user would install them.
 */
export async function inFreshProcess(file, args = [], { nodeArgs = [], timeoutMs = 120_000 } = {}) {
  const command = ['--conditions=built', ...nodeArgs, file, ...args.map(String)]
  const child = spawn(process.execPath, command, { cwd: here, stdio: ['ignore', 'pipe', 'pipe'] })
  // Only the ends are kept: some peers write a line for every run that they miss.
  const keep = (all, chunk) => (all + chunk).slice(-100_000)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout = keep(stdout, chunk)
  })
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr = keep(stderr, chunk)
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (...end) => resolve(end))
  })
  clearTimeout(timer)
  const last = stdout.trim().split('\n').at(-1) ?? ''
  if (code !== 0) {
    throw new Error(`${file} ${args.join(' ')} ended with ${signal ?? code}\n${stderr.slice(-4_000)}`)
  }
  return JSON.parse(last)
}
