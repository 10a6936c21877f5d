// Runs most examples as a reader would. Prints only the output of examples that fail.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../release/packages.ts'

const defaultLimitMs = 60_000

interface Example {
  readonly limitMs?: number
  readonly command: readonly [string, ...string[]]
  readonly code: number
  readonly prints: readonly RegExp[]
  readonly env?: Readonly<Record<string, string>>
  readonly preload?: readonly string[]
}

const small: readonly Example[] = ['.', 'console'].flatMap((folder) =>
  readdirSync(join(root, 'examples', folder))
    .filter((file) => /^[^.]+\.ts$/.test(file) && file !== 'quickstart.ts')
    .sort()
    .map((file) => ({ command: [join(folder, file)], code: 0, prints: [] })),
)

/** Sends SIGTERM one second after the program has added a listener for it. */
const deploy = `const look = setInterval(() => {
  if (process.listenerCount('SIGTERM') === 0) return
  clearInterval(look)
  setTimeout(() => process.kill(process.pid, 'SIGTERM'), 1_000)
}, 50)`

const quickstart: Example = {
  command: ['quickstart.ts'],
  code: 0,
  prints: [],
  env: { FEED_URL: 'data:text/plain,news' },
  preload: [`data:text/javascript,${encodeURIComponent(deploy)}`],
}

/** A run of the demo ignores its abort signal, so the exit code must be 1. */
const service: Example = {
  command: ['service/main.ts', '--for', '20s', '--port', '0', '--console-port', '0'],
  code: 1,
  prints: [
    /^Console: http:\/\/127\.0\.0\.1:\d+\/#token=/,
    /decoded from OTLP: [1-9]/,
    /Sentry issues .*trace id.* ✓/,
    /^Restarts +[1-9]/m,
    /abandoned reports\.archive run/,
    /^Exit code 1: reports\.archive was abandoned$/m,
  ],
}

const adopted: Example = {
  command: ['adopt/main.ts'],
  limitMs: 300_000,
  code: 0,
  prints: [/^bot: ok$/m, /^api: ok$/m, /^nest-worker: ok$/m],
}

const fleet: Example = {
  command: ['fleet/main.ts'],
  code: 0,
  prints: [
    /^Console of process \d+: http:\/\/127\.0\.0\.1:\d+\/#token=/m,
    /^killed process \d+ during its run$/m,
    /^process \d+ sends invoices: attempt 2, token \d+$/m,
    /^process \d+ has sent them$/m,
  ],
}

/** Removes the telemetry settings of this machine, so that the demo sends its data to its own receivers. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(OTEL|SENTRY|RUNWELL)_/.test(name)),
)

let failures = 0
const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) console.log('fleet/main.ts: left out, because redis-server is not installed')
const all = [quickstart, ...small, service, adopted, ...(hasRedis ? [fleet] : [])]
for (const { command, code, prints, limitMs = defaultLimitMs, env: own = {}, preload = [] } of all) {
  const [file, ...args] = command
  const began = performance.now()
  const imports = ['tsx', ...preload].flatMap((module) => ['--import', module])
  const program = [...imports, join('examples', file), ...args]
  const { status, error, stdout, stderr } = spawnSync(process.execPath, program, {
    cwd: root,
    env: { ...env, ...own },
    encoding: 'utf8',
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)

  const faults = prints
    .filter((pattern) => !pattern.test(stdout))
    .map((pattern) => `prints nothing like ${pattern}`)
  if (error)
    faults.push(
      'code' in error && error.code === 'ETIMEDOUT' ? `runs longer than ${limitMs / 1000} s` : error.message,
    )
  else if (status !== code) faults.push(`exit code ${status} instead of ${code}`)

  const verdict = faults.length === 0 ? 'ok' : `FAILED: ${faults.join(', ')}`
  console.log(`${command.join(' ')}: ${verdict} (${seconds} s)`)
  if (faults.length === 0) continue
  failures++
  console.log(stdout, stderr)
}
process.exitCode = failures === 0 ? 0 : 1
