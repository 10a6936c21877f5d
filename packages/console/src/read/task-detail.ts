import type { RunRecord, Supervisor, SupervisorEvent, Task } from '@runwell/core'
import type { FailureView, OpenRule, StreamedEvent, TaskDetail } from '../api/types.ts'
import { changeTypes } from '../feed/event-classes.ts'
import type { EventRing } from '../feed/event-ring.ts'
import { type Redact, redactHealth, redactValues } from '../feed/redact.ts'
import { rounded } from '../feed/rounded.ts'
import { clearsWhen } from './clears-when.ts'
import { findings } from './findings.ts'
import { readableFleet } from './fleet.ts'
import { taskRow } from './task-row.ts'

const shownTypes: ReadonlySet<string> = new Set<SupervisorEvent['type']>([
  ...changeTypes,
  'restart.scheduled',
  'restart.refused',
])
const failures: ReadonlySet<string> = new Set<SupervisorEvent['type']>([
  'run.ended',
  'run.retried',
  'unit.ended',
])
const shownChanges = 30

export function taskDetail(supervisor: Supervisor, task: Task, ring: EventRing, redact: Redact): TaskDetail {
  const explanation = supervisor.explain(task.name)
  const history = task.history().map((run) => readable(run, redact))
  const durations = task.metrics().success
  const ruleTexts = new Map(explanation.rules.map(({ rule, text }) => [rule, text]))
  const openRules = explanation.health.reasons.map(
    (reason): OpenRule => ({
      ...reason,
      reason: redact(reason.reason, 'error'),
      rule_text: ruleTexts.get(reason.rule),
      clears: clearsWhen(reason.rule),
    }),
  )
  return {
    at: supervisor.now(),
    task: taskRow(task, ring, redact),
    runbook: task.info.runbook,
    dependsOn: explanation.dependsOn,
    reasons: openRules,
    findings: findings(supervisor, task, explanation, history, ring).map((found) => ({
      ...found,
      text: redact(found.text, 'error'),
    })),
    lastError: lastFailure(task, history, ring, redact),
    lastGoodRun: history.find(({ outcome }) => outcome === 'succeeded'),
    changes: changesOf(task.name, ring),
    active: task.active().map((run) => ({
      ...run,
      ageMs: rounded(run.ageMs),
      lastBeatNote: run.lastBeatNote && redact(run.lastBeatNote, 'note'),
      annotations: redactValues(run.annotations, redact),
    })),
    history,
    skippedBy: { ...task.metrics().skipped },
    gaveUp: task.metrics().gaveUp,
    durationMs: {
      count: durations.count,
      p50: rounded(durations.quantile(0.5)),
      p95: rounded(durations.quantile(0.95)),
      p99: rounded(durations.quantile(0.99)),
      max: durations.count === 0 ? undefined : rounded(durations.max),
    },
    explanation: {
      ...explanation,
      health: redactHealth(explanation.health, redact),
      fleet: readableFleet(explanation.fleet, redact),
      text: redact(explanation.text, 'error'),
    },
  }
}

function changesOf(task: string, ring: EventRing): readonly StreamedEvent[] {
  const changes = ring.newestOf((event) => event.task === task && shownTypes.has(event.type), shownChanges)
  return changes.filter((event, index) => !isSaidBy(event, changes[index + 1]))
}

/** True if the event `before` already reports this pause or resume. */
function isSaidBy({ type, at }: StreamedEvent, before: StreamedEvent | undefined): boolean {
  if (type !== 'task.paused' && type !== 'task.resumed') return false
  return before?.type === 'control.performed' && before.at === at
}

function lastFailure(
  task: Task,
  history: readonly RunRecord[],
  ring: EventRing,
  redact: Redact,
): FailureView | undefined {
  const { lastError, lastFailureAt } = task.metrics()
  if (lastError === undefined) return undefined
  const [event] = ring.newestOf(
    (one) => one.task === task.name && one.error !== undefined && failures.has(one.type),
    1,
  )
  const unit = event?.['unit'] as string | undefined
  // The run of a failed unit may still be active, and may succeed.
  const run =
    unit === undefined
      ? history.find(({ error }) => error !== undefined)
      : [...task.active(), ...history].find(({ runId }) => runId === event?.['runId'])
  return {
    text: event?.error?.text ?? redact(`${lastError.name}: ${lastError.message}`, 'error'),
    stack: lastError.stack && redact(lastError.stack, 'error'),
    at: event?.at ?? lastFailureAt,
    unit,
    runId: run?.runId,
    startedAt: run?.startedAt,
    annotations:
      unit === undefined ? run?.annotations : (event?.['annotations'] as FailureView['annotations']),
  }
}

export function readable(run: RunRecord, redact: Redact): RunRecord {
  const { durationMs, latenessMs } = run
  const annotations = redactValues(run.annotations, redact)
  const shown = { ...run, durationMs: rounded(durationMs), latenessMs: rounded(latenessMs), annotations }
  if (run.error === undefined) return shown
  const { name, message, stack } = run.error
  const error = { name, message: redact(message, 'error'), stack: stack && redact(stack, 'error') }
  return { ...shown, error }
}
