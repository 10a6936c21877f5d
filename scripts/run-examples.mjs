// Runs every example as its reader would, each within a time limit. Output is shown only of those that fail.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

const limitMs = 60_000
const small = readdirSync(join(root, 'examples')).filter((file) => /^[^.]+\.ts$/.test(file))
const commands = [...small.sort().map((file) => [file]), ['service/main.ts', '--for', '20s']]

let failures = 0
for (const [file, ...args] of commands) {
  const began = performance.now()
  const program = ['--import', 'tsx', join('examples', file), ...args]
  const options = { cwd: root, encoding: 'utf8', timeout: limitMs, killSignal: 'SIGKILL' }
  const { status, error, stdout, stderr } = spawnSync(process.execPath, program, options)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const verdict = error?.code === 'ETIMEDOUT' ? `ran longer than ${limitMs / 1000} s` : `exit code ${status}`
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${[file, ...args].join(' ')} (${verdict}, ${seconds} s)`)
  if (status === 0) continue
  failures++
  console.log(stdout, stderr)
}
process.exitCode = failures === 0 ? 0 : 1
