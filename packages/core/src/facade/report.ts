import type { Phase } from '../kernel/state.ts'
import type { TaskCounts } from '../shell/task-counts.ts'
import type { ShutdownReport } from '../shutdown/report.ts'
import type { Task } from '../task/task.ts'
import type { SupervisorReport, TaskReport, TaskView } from '../task/view.ts'
import type { ProbeVerdict } from './readiness.ts'

/** The contents of a report, without the tasks. */
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

/** Builds a snapshot of everything, as plain data. */
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

/** Builds the report of one task. */
function reportTask(task: TaskView): TaskReport {
  const metrics = task.metrics()
  const { outcomes } = metrics
  const durations = metrics.recentSuccess.count > 0 ? metrics.recentSuccess : metrics.success
  return {
    name: task.name,
    owner: task.owner,
    category: task.category,
    priority: task.priority,
    schedule: task.info.schedule.text,
    state: task.state,
    paused: task.paused,
    nextRunAt: task.nextRunAt,
    nextRestartAt: task.nextRestartAt,
    health: task.health(),
    runs: {
      started: metrics.started,
      succeeded: outcomes.succeeded,
      failed: outcomes.failed,
      timedOut: outcomes['timed-out'],
      cancelled: outcomes.cancelled,
      abandoned: outcomes.abandoned,
      skipped: sum(metrics.skipped),
      missed: metrics.missed,
      restarts: sum(metrics.restarts),
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

function totalsOf(tasks: readonly TaskReport[]): SupervisorReport['totals'] {
  const total = (pick: (runs: TaskReport['runs']) => number): number =>
    tasks.reduce((sumSoFar, task) => sumSoFar + pick(task.runs), 0)
  return {
    tasks: tasks.length,
    started: total((runs) => runs.started),
    succeeded: total((runs) => runs.succeeded),
    failed: total((runs) => runs.failed),
    timedOut: total((runs) => runs.timedOut),
    cancelled: total((runs) => runs.cancelled),
    abandoned: total((runs) => runs.abandoned),
    skipped: total((runs) => runs.skipped),
    missed: total((runs) => runs.missed),
    restarts: total((runs) => runs.restarts),
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
