import type { AwaitsData } from './awaits/benchmark.ts'
import type { Result } from './benchmark.ts'
import type { ConsoleData } from './console/benchmark.ts'
import type { EachSecondData, WindowSummary } from './each-second/benchmark.ts'
import type { GrowthData } from './growth/benchmark.ts'
import type { IdleData } from './idle/benchmark.ts'
import { figure, table } from './markdown.ts'
import type { MixedPeriodsData } from './mixed-periods/benchmark.ts'
import type { PerRunData } from './per-run/benchmark.ts'
import type { SizeData } from './size/benchmark.ts'

interface Measured {
  readonly 'per-run': PerRunData
  readonly idle: IdleData
  readonly 'each-second': EachSecondData
  readonly 'mixed-periods': MixedPeriodsData
  readonly size: SizeData
  readonly awaits: AwaitsData
  readonly growth: GrowthData
  readonly console: ConsoleData
}

type DataOf = <Id extends keyof Measured>(id: Id) => Measured[Id]

interface Budget {
  readonly what: string
  readonly unit: string
  readonly most: number
  readonly read: (dataOf: DataOf) => number | null
}

const budgets: readonly Budget[] = [
  {
    what: "CPU of a run, relative to croner's `trigger`",
    unit: '×',
    most: 1,
    read: (of) => of('per-run').runwell.toReference,
  },
  {
    what: 'CPU of a run that reads its signal, relative to one that creates an `AbortController`',
    unit: '×',
    most: 1.1,
    read: (of) => of('per-run')['runwell-signal'].toPair ?? null,
  },
  {
    what: 'CPU of a run with OpenTelemetry spans and metrics, relative to hand-written code with the same telemetry',
    unit: '×',
    most: 1,
    read: (of) => of('per-run')['otel-sampled'].toPair ?? null,
  },
  {
    what: 'heap of an idle interval task',
    unit: 'KB',
    most: 1,
    read: (of) => of('idle').runwell.bytes.median / 1_000,
  },
  {
    what: 'heap of a task after 1,000 runs',
    unit: 'KB',
    most: 6,
    read: (of) => of('idle').used.bytesPerTask / 1_000,
  },
  {
    what: 'CPU to register and start a task',
    unit: 'µs',
    most: 5,
    read: (of) => of('idle').runwell.microseconds.median,
  },
  {
    what: '5,000 tasks that run every second: CPU relative to raw `setInterval`',
    unit: '×',
    most: 2,
    read: (of) => of('each-second')[5_000].runwell?.toRaw ?? null,
  },
  {
    what: '5,000 tasks that run every second: runs lost',
    unit: '%',
    most: 0,
    read: (of) => lost(of('each-second')[5_000].runwell),
  },
  {
    what: '5,000 tasks that run every second: worst event loop delay',
    unit: 'ms',
    most: 25,
    read: (of) => of('each-second')[5_000].runwell?.worstDelayMs.median ?? null,
  },
  {
    what: '100,000 tasks of mixed periods: runs missed',
    unit: 'runs',
    most: 0,
    read: (of) => of('mixed-periods').runwell.missed,
  },
  {
    what: '100,000 tasks of mixed periods: p99 of lateness',
    unit: 'ms',
    most: 20,
    read: (of) => of('mixed-periods').runwell.lateP99Ms,
  },
  {
    what: 'CPU to import core',
    unit: 'ms',
    most: 25,
    read: (of) => of('size')['@runwell/core'].importCpuMs.median,
  },
  {
    what: 'gzipped size of core, with croner',
    unit: 'KB',
    most: 24,
    read: (of) => of('size')['@runwell/core'].gzipKb,
  },
  {
    what: 'CPU of an `await` elsewhere in the application, relative to an `await` without Runwell',
    unit: '×',
    most: 1.05,
    read: (of) => of('awaits').runwell.awaitRatio,
  },
  {
    what: 'monitor tick with 10,000 tasks, after 100 runs',
    unit: 'ms',
    most: 5,
    read: (of) => of('growth')[10_000].tickAfterRunsMs,
  },
  {
    what: 'event loop blocked by a metrics collection with 1,000 tasks',
    unit: 'ms',
    most: 60,
    read: (of) => of('growth')[1_000].collect.holdMs,
  },
  {
    what: 'CPU that a console with 5 viewers adds at 1,000 events a second',
    unit: '% of a core',
    most: 5,
    read: (of) => (of('console').viewers.cpuMsPerS.min - of('console').none.cpuMsPerS.min) / 10,
  },
]

export function budgetTable(resultOf: <Data>(id: string) => Result<Data>): string {
  const dataOf: DataOf = <Id extends keyof Measured>(id: Id) => resultOf<Measured[Id]>(id).data
  const rows = budgets.map(({ what, unit, most, read }) => {
    const value = read(dataOf)
    return [what, `≤ ${figure(most)} ${unit}`, `${figure(value)} ${unit}`, verdict(value, most)]
  })
  return table(['value', 'budget', 'measured', 'is the budget met?'], rows)
}

function verdict(value: number | null, most: number): string {
  if (value === null) return 'not measured'
  if (value <= most) return 'yes'
  return most === 0 ? 'no' : `no, ${figure(value / most)} × the budget`
}

function lost(summary: WindowSummary | undefined): number | null {
  if (summary === undefined) return null
  return Math.max(0, 100 * (1 - summary.runs.median / summary.due.median))
}
