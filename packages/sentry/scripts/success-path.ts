/**
 * Compares the CPU time of a successful run with `sentryObserver` with that of a bare `withIsolationScope()`. Prints
 * the median ratio, which should be at most 1.5.
 */
import type { RunResult, RunScope } from '@runwell/core'
import * as Sentry from '@sentry/node'
import { sentryObserver } from '../src/index.ts'
import { runParts, taskInfo } from '../test/fake-supervisor.ts'

const rounds = 15
const runsPerRound = 10_000

Sentry.init({ dsn: 'http://nobody@127.0.0.1:9/1', defaultIntegrations: false })
const observer = sentryObserver(Sentry)
const result: RunResult = {
  outcome: 'succeeded',
  error: undefined,
  durationMs: 1,
  attempt: 1,
  abortedFor: undefined,
}
// All runs share this scope. Creating a scope takes more time than the measured code.
const { scope, started, ended } = runParts(taskInfo('job'), 'run', result)

type Around = (scope: RunScope, next: () => Promise<RunResult>) => unknown

async function oneRun(around: Around, emit: boolean): Promise<void> {
  let end: (value: RunResult) => void = () => {}
  const settled = new Promise<RunResult>((resolve) => {
    end = resolve
  })
  if (emit) observer.onEvent?.(started)
  around(scope, () => settled)
  await undefined
  if (emit) observer.onEvent?.(ended)
  end(result)
  await settled
}

/** Measures CPU time, because wall time includes the work of other programs. */
async function microseconds(around: Around, emit: boolean): Promise<number> {
  const before = process.cpuUsage()
  for (let n = 0; n < runsPerRound; n++) await oneRun(around, emit)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / runsPerRound
}

const bare: Around = (_, next) => Sentry.withIsolationScope(() => next())
const observed: Around = (scope, next) => observer.aroundRun?.(scope, next)

const measured: { ratio: number; bare: number; observed: number }[] = []
for (let round = 0; round < rounds; round++) {
  const one = await microseconds(bare, false)
  const other = await microseconds(observed, true)
  measured.push({ ratio: other / one, bare: one, observed: other })
}
measured.sort((a, b) => a.ratio - b.ratio)
const median = measured[Math.floor(rounds / 2)]
process.stdout.write(
  `sentry success path: ${median?.ratio.toFixed(2)}x a bare withIsolationScope ` +
    `(${median?.observed.toFixed(1)} µs against ${median?.bare.toFixed(1)} µs; budget 1.5x)\n`,
)
