import type { Phase } from '../kernel/state.ts'
import type { TaskMetrics } from '../metrics/task-metrics.ts'
import type { TaskCounts } from '../shell/task-counts.ts'
import type { ShutdownReport } from '../shutdown/report.ts'
import type { Task } from '../task/task.ts'
import type { RunCounts, SupervisorReport, TaskReport, TaskView } from '../task/view.ts'
import type { ProbeVerdict } from './probes.ts'

export interface ReportSources {
  readonly name: string
  readonly instanceId: string
  readonly at: number
  readonly startedAt: number | undefined
  readonly phase: Phase
  readonly taskCounts: TaskCounts
  readonly live: ProbeVerdict
  readonly ready: ProbeVerdict
  readonly observers: SupervisorReport['observers']
  readonly environment: Readonly<Record<string, string>>
  readonly shutdown: ShutdownReport | undefined
}

export function buildReport(sources: ReportSources, tasks: Iterable<Task>): SupervisorReport {
  const {
    name,
    instanceId,
    at,
    startedAt,
    phase,
    taskCounts,
    live,
    ready,
    observers,
    environment,
    shutdown,
  } = sources
  const reports = [...tasks].map(reportTask)
  return {
    name,
    instanceId,
    at,
    startedAt,
    phase,
    health: taskCounts.health(),
    live,
    ready,
    totals: totalsOf(reports),
    byState: { ...taskCounts.byState },
    byHealth: { ...taskCounts.byHealth },
    byCategory: taskCounts.categories(),
    byPriority: { ...taskCounts.byPriority },
    observers,
    environment,
    shutdown,
    tasks: reports,
  }
}

function reportTask(task: TaskView): TaskReport {
  const metrics = task.metrics()
  const durations = metrics.recentSuccess.count > 0 ? metrics.recentSuccess : metrics.success
  return {
    name: task.name,
    owner: task.owner,
    category: task.category,
    priority: task.priority,
    schedule: task.info.schedule.text,
    state: task.state,
    paused: task.paused,
    pausedUntil: task.pausedUntil,
    nextRunAt: task.nextRunAt,
    nextRestartAt: task.nextRestartAt,
    health: task.health(),
    runs: {
      ...runCountsOf(metrics),
      active: task.active().length,
      consecutiveFailures: metrics.consecutiveFailures,
    },
    durationMs: {
      p50: durations.quantile(0.5),
      p95: durations.quantile(0.95),
      p99: durations.quantile(0.99),
    },
    lastSuccessAt: metrics.lastSuccessAt,
    lastFailureAt: metrics.lastFailureAt,
    lastError: metrics.lastError,
  }
}

const runCounts: { readonly [Name in keyof RunCounts]: (metrics: TaskMetrics) => number } = {
  started: ({ started }) => started,
  succeeded: ({ outcomes }) => outcomes.succeeded,
  failed: ({ outcomes }) => outcomes.failed,
  timedOut: ({ outcomes }) => outcomes['timed-out'],
  cancelled: ({ outcomes }) => outcomes.cancelled,
  abandoned: ({ outcomes }) => outcomes.abandoned,
  skipped: ({ skipped }) => sum(Object.values(skipped)),
  missed: ({ missed }) => missed,
  restarts: ({ restarts }) => sum(Object.values(restarts)),
}
const runCountNames = Object.keys(runCounts) as readonly (keyof RunCounts)[]

function runCountsOf(metrics: TaskMetrics): RunCounts {
  return mapCounts((name) => runCounts[name](metrics))
}

function totalsOf(tasks: readonly TaskReport[]): SupervisorReport['totals'] {
  return { tasks: tasks.length, ...mapCounts((name) => sum(tasks.map(({ runs }) => runs[name]))) }
}

function mapCounts(count: (name: keyof RunCounts) => number): RunCounts {
  return Object.fromEntries(runCountNames.map((name) => [name, count(name)])) as unknown as RunCounts
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
