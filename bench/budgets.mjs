import { figure, table } from './markdown.mjs'

/** The budgets: where each is read from, in what, and the most that it may be. */
const budgets = [
  ["CPU of a run, of croner's `trigger`", '×', 1, (of) => of('per-run').runwell.toReference],
  [
    'the same with the signal read, of one whose function makes an `AbortController`',
    '×',
    1.1,
    (of) => of('per-run')['runwell-signal'].toPair,
  ],
  [
    'a run with spans and metrics of OpenTelemetry, of the same by hand',
    '×',
    1,
    (of) => of('per-run')['otel-sampled'].toPair,
  ],
  ['heap of an idle interval task', 'KB', 1, (of) => of('idle').runwell.bytes.median / 1_000],
  ['heap of a task after 1,000 runs', 'KB', 6, (of) => of('idle').used.bytesPerTask / 1_000],
  ['registering and arming a task', 'µs', 5, (of) => of('idle').runwell.microseconds.median],
  [
    '5,000 tasks each second, CPU of raw `setInterval`',
    '×',
    2,
    (of) => of('each-second')[5_000].runwell.toRaw,
  ],
  ['of its runs lost', '%', 0, (of) => lost(of('each-second')[5_000].runwell)],
  ['its worst loop delay', 'ms', 25, (of) => medianOf(of('each-second')[5_000], 'runwell', 'worstDelayMs')],
  ['100,000 tasks of mixed periods, missed', 'runs', 0, (of) => of('mixed').runwell.missed],
  ['p99 of their lateness', 'ms', 20, (of) => of('mixed').runwell.lateP99Ms],
  ['import of core, CPU', 'ms', 25, (of) => of('size')['@runwell/core'].importCpuMs.median],
  ['core, gzip, croner in it', 'KB', 24, (of) => of('size')['@runwell/core'].gzipKb],
  [
    'an await elsewhere in the application, of the same without Runwell',
    '×',
    1.05,
    (of) => of('awaits').runwell.awaitRatio,
  ],
  ['a tick of the monitor with 10,000 tasks', 'ms', 5, (of) => of('growth')[10_000].tickAfterRunsMs],
  ['the loop held by a collect of 1,000 tasks', 'ms', 60, (of) => of('growth')[1_000].collect.holdMs],
]

/**
 * How far each budget is met.
 * @param dataOf - the results of a benchmark, by its name
 */
export function budgetTable(dataOf) {
  const rows = budgets.map(([what, unit, most, read]) => {
    const value = read(dataOf)
    const verdict =
      value <= most ? 'met' : most === 0 ? 'missed' : `missed, ${figure(value / most)} × the budget`
    return [what, `≤ ${figure(most)} ${unit}`, `${figure(value)} ${unit}`, verdict]
  })
  return table(['', 'budget', 'measured', ''], rows)
}

function medianOf(data, id, field) {
  return data[id][field].median
}

function lost({ runs, due }) {
  return Math.max(0, 100 * (1 - runs.median / due.median))
}
