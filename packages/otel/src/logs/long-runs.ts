import type { SpanContext } from '@opentelemetry/api'
import type { ActiveRun, RunResult, RunScope, SupervisorView } from '@runwell/core'
import { spanContextOf } from '../spans/links.ts'
import type { RunRecords } from './run-records.ts'

/** Runs that are shorter than this have no records. */
const longMs = 10_000
/** How often active runs are checked. So a start is reported after 10 to 15 s. */
const lookEveryMs = 5_000
/** The least time between two records of progress. A little below a minute, because a timer may fire early. */
const progressEveryMs = 59_000

/** A run whose start was reported. */
interface LongRun {
  readonly span: SpanContext | undefined
  reportedMs: number
}

/**
 * Reports long runs: their start after 10 s, their progress once a minute, and their end. A span is exported when it
 * ends, so a run that dies with its process has no span. Its log records have a start, but no end. Loops and
 * units are left out. A loop may last as long as its process, and its start has a span that ends early.
 */
export class LongRuns {
  readonly #records: RunRecords
  readonly #view: SupervisorView
  /** Active runs whose start was not reported, in the order of their starts. */
  readonly #young = new Set<RunScope>()
  readonly #long = new Map<RunScope, LongRun>()
  #timer: NodeJS.Timeout | undefined

  constructor(view: SupervisorView, records: RunRecords) {
    this.#view = view
    this.#records = records
  }

  /** Starts to check the active runs. The timer belongs to the caller's async context, so a run must not call this. */
  start(): void {
    this.#timer ??= setInterval(() => this.look(), lookEveryMs)
    this.#timer.unref?.() // not everywhere: jsdom returns a number
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  runStarted(scope: RunScope): void {
    if (scope.unit === undefined && !scope.task.schedule.restarts) this.#young.add(scope)
    if (scope.takesOver !== undefined) this.#reportLoss(scope, scope.takesOver)
  }

  /** @param span - the span of the run, if it has one */
  runEnded(scope: RunScope, result: RunResult, span: SpanContext | undefined): void {
    const known = this.#long.get(scope)
    const wasYoung = this.#young.delete(scope)
    if (known === undefined && !(wasYoung && result.durationMs >= longMs)) return
    this.#long.delete(scope)
    const ofSpan = known?.span ?? span
    // The run ended before a check found it, so its start was not reported yet.
    if (known === undefined) this.#records.started(scope, ofSpan)
    this.#records.ended(scope, result, ofSpan)
  }

  look(): void {
    if (this.#young.size + this.#long.size === 0 || !this.#records.areReceived) return
    const active = new ActiveRuns(this.#view)
    for (const [scope, known] of this.#long) this.#reportProgress(scope, known, active.find(scope))
    for (const scope of this.#young) {
      const run = active.find(scope)
      if (run === undefined) continue // unregistered: it is reported when it ends
      if (run.ageMs < longMs) break // the others are younger
      this.#young.delete(scope)
      const span = spanContextOf(run.annotations)
      this.#long.set(scope, { span, reportedMs: run.ageMs })
      this.#records.started(scope, span)
    }
  }

  /** Reports a long run that another process lost, because that process could not report the end. */
  #reportLoss(scope: RunScope, lost: NonNullable<RunScope['takesOver']>): void {
    if (lost.endedAt !== undefined || scope.startedAt - lost.startedAt < longMs) return
    this.#records.lost(scope, lost, spanContextOf(lost.annotations))
  }

  #reportProgress(scope: RunScope, known: LongRun, run: ActiveRun | undefined): void {
    if (run === undefined || run.ageMs - known.reportedMs < progressEveryMs) return
    known.reportedMs = run.ageMs
    this.#records.progress(scope, run, known.span)
  }
}

/** Finds active runs. The runs of a task are read once: a task may have thousands. */
class ActiveRuns {
  readonly #view: SupervisorView
  readonly #ofTask = new Map<string, ReadonlyMap<string, ActiveRun>>()

  constructor(view: SupervisorView) {
    this.#view = view
  }

  find({ task, runId }: RunScope): ActiveRun | undefined {
    const known = this.#ofTask.get(task.name)
    if (known !== undefined) return known.get(runId)
    const runs = this.#view.task(task.name)?.active() ?? []
    const byId = new Map(runs.map((run) => [run.runId, run]))
    this.#ofTask.set(task.name, byId)
    return byId.get(runId)
  }
}
