/**
 * What a run that succeeds costs with `sentryObserver`, against a bare `Sentry.withIsolationScope` around the same work:
 * `npx tsx packages/sentry/scripts/success-path.ts`. The ratio is the median of rounds; the budget is 1.5.
 */
import type { RunResult, RunScope } from '@runwell/core'
import * as Sentry from '@sentry/node'
import { sentryObserver } from '../src/index.ts'
import { runParts, taskInfo } from '../test/stage.ts'

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
// One after the other, so that they may all be the same run: making it anew would cost more than what is measured.
const { scope, started, ended } = runParts(taskInfo('job'), 'run', result)

type Around = (scope: RunScope, next: () => Promise<RunResult>) => unknown

/** One run as a supervisor makes it: two events, and the work within `around`. */
async function oneRun(around: Around, tell: boolean): Promise<void> {
  let end: (value: RunResult) => void = () => {}
  const told = new Promise<RunResult>((resolve) => {
    end = resolve
  })
  if (tell) observer.onEvent?.(started)
  around(scope, () => told)
  await undefined
  if (tell) observer.onEvent?.(ended)
  end(result)
  await told
}

/** CPU time, since whoever else uses the machine has no part in it. */
async function microseconds(around: Around, tell: boolean): Promise<number> {
  const before = process.cpuUsage()
  for (let n = 0; n < runsPerRound; n++) await oneRun(around, tell)
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
