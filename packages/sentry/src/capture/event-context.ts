import type { Annotations, EventOf, RunRecord, TaskInfo, TaskView } from '@runwell/core'
import type { SentryBreadcrumb } from '../sdk/sentry-like.ts'

export function taskContext(info: TaskInfo, view: TaskView | undefined): Record<string, unknown> {
  const metrics = view?.metrics()
  const health = view?.health()
  return {
    task: info.name,
    schedule: info.schedule.text,
    state: view?.state,
    consecutive_failures: metrics?.consecutiveFailures,
    last_success: iso(metrics?.lastSuccessAt),
    next_run: iso(view?.nextRunAt),
    restarts_left: view?.restartsLeft(),
    health: health?.status,
    health_reasons: health?.reasons.map((reason) => reason.reason).join('; ') || undefined,
    runbook: info.runbook,
  }
}

export function runContext(event: EventOf<'run.ended'>): Record<string, unknown> {
  return {
    run_id: event.runId,
    trigger: event.trigger,
    outcome: event.outcome,
    attempt: event.attempt,
    scheduled_at: iso(event.scheduledAt),
    started_at: iso(event.startedAt),
    lag_ms: event.latenessMs,
    duration_ms: event.durationMs,
    sync_ms: event.syncMs,
    aborted_for: event.abortedFor,
    rule: event.rule,
    generation: event.info.schedule.restarts ? event.generation : undefined,
  }
}

/** The annotations come last, because the last entries are left out if the event is too large. */
export function withAnnotations(
  fields: Readonly<Record<string, unknown>>,
  annotations: Annotations | undefined,
): Record<string, unknown> {
  const texts = Object.entries(annotations ?? {}).filter(([key]) => fields[key] === undefined)
  return { ...fields, ...Object.fromEntries(texts) }
}

/** Returns one breadcrumb for each run, oldest first. @param runs - newest first */
export function breadcrumbsOf(runs: readonly RunRecord[], exceptRunId?: string): SentryBreadcrumb[] {
  return runs
    .filter((run) => run.runId !== exceptRunId)
    .map((run): SentryBreadcrumb => {
      const error = run.error ? `: ${run.error.name}: ${run.error.message.slice(0, 200)}` : ''
      return {
        category: 'runwell.run',
        level: run.outcome === 'succeeded' ? 'info' : run.outcome === 'cancelled' ? 'debug' : 'error',
        timestamp: (run.startedAt + run.durationMs) / 1000,
        message: `${run.outcome} after ${Math.round(run.durationMs)} ms${error}`,
        data: { run_id: run.runId, trigger: run.trigger, attempt: run.attempt },
      }
    })
    .reverse()
}

export function iso(at: number | undefined): string | undefined {
  return at === undefined || !Number.isFinite(at) ? undefined : new Date(at).toISOString()
}
