import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { OtlpReceiver, type Point } from '../processes/otlp-receiver.ts'
import { runProgram } from '../processes/run-program.ts'

/** Times of points are rounded to multiples of this. */
const stepMs = 50
const service = fileURLToPath(new URL('../processes/service.ts', import.meta.url))

/**
 * promtool checks that `increase()` sees a failure that happens right after the start of a process. Returns the
 * problem, or `undefined`.
 */
export async function firstFailure(folder: string): Promise<string | undefined> {
  const receiver = await OtlpReceiver.listen()
  await runProgram(['--import', 'tsx', service], { endpoint: receiver.endpoint, protocol: 'http/json' })
  await receiver.close()
  const points = receiver
    .points('runwell.task.runs')
    .filter(({ attributes }) => attributes['runwell.task.run.result'] === 'failure')
    .sort((one, other) => one.atMs - other.atMs)
  const [zero, one] = [points[0], points.at(-1)]
  if (zero?.value !== 0 || one?.value !== 1) {
    return `Expected points from 0 to 1, got ${points.map(({ value }) => value).join(' ')}`
  }
  return judge(folder, points, 1) ?? judge(folder, bornAt1(points, one), 0)
}

/** Returns a series that starts at 1. `increase()` needs two points, so the last one is repeated. */
function bornAt1(points: readonly Point[], last: Point): readonly Point[] {
  return [...points.filter(({ value }) => value > 0), { ...last, atMs: last.atMs + 15_000 }]
}

/**
 * Checks that `increase()` over a minute is at least 1 if `expected` is 1, and less than 1 otherwise. Returns the
 * problem, or `undefined`.
 */
function judge(folder: string, points: readonly Point[], expected: 0 | 1): string | undefined {
  const file = join(folder, 'first-failure.yml')
  const expr = 'increase(failures_total[1m]) >= bool 1'
  writeFileSync(
    file,
    stringify({
      evaluation_interval: '10s',
      tests: [
        {
          interval: `${stepMs}ms`,
          input_series: [{ series: 'failures_total', values: samples(points) }],
          promql_expr_test: [{ expr, eval_time: '50s', exp_samples: [{ labels: '{}', value: expected }] }],
        },
      ],
    }),
  )
  const { error, status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], {
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  return status === 0 ? undefined : `${samples(points)}\n${stdout}${stderr}`
}

function samples(points: readonly Point[]): string {
  const beganMs = points[0]?.atMs ?? 0
  let next = 0
  const written: string[] = []
  for (const { atMs, value } of points) {
    const at = Math.max(next, Math.round((atMs - beganMs) / stepMs))
    if (at > next) written.push(at - next === 1 ? '_' : `_x${at - next}`)
    written.push(String(value))
    next = at + 1
  }
  return written.join(' ')
}
