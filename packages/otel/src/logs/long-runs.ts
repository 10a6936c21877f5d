import type { SpanContext } from '@opentelemetry/api'
import type { ActiveRun, RunResult, RunScope, SupervisorView } from '@runwell/core'
import { spanContextOf } from '../spans/links.ts'
import type { RunRecords } from './run-records.ts'

const longMs = 10_000
/**
 * Active runs are checked at this interval. So the start of a long run is usually reported when the run is 10 to 15 s
 * old.
 */
const lookEveryMs = 5_000
/**
 * The progress of a long run is reported once a minute. This value is 1 s below a minute, because a check may come a
 * little early.
 */
const progressEveryMs = 59_000

interface LongRun {
  readonly span: SpanContext | undefined
  reportedMs: number
}

/**
 * Emits log records for the start, the progress, the end and the loss of long runs. If a run dies with its process,
 * its span is not exported, but the record of its start exists. Loops and units have no records.
 */
export class LongRuns {
  readonly #records: RunRecords
  readonly #view: SupervisorView
  /** Active runs whose start is not reported yet, the oldest first. */
  readonly #young = new Set<RunScope>()
  readonly #long = new Map<RunScope, LongRun>()
  #timer: NodeJS.Timeout | undefined

  constructor(view: SupervisorView, records: RunRecords) {
    this.#view = view
    this.#records = records
  }

  /** Must not be called inside a run, because the timer would keep the async context of that run. */
  start(): void {
    this.#timer ??= setInterval(() => this.look(), lookEveryMs)
    this.#timer.unref?.() // jsdom returns a number, which has no unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  runStarted(scope: RunScope): void {
    if (scope.unit === undefined && !scope.task.schedule.restarts) this.#young.add(scope)
    if (scope.takesOver !== undefined) this.#reportLoss(scope, scope.takesOver)
  }

  runEnded(scope: RunScope, result: RunResult, span: SpanContext | undefined): void {
    const known = this.#long.get(scope)
    const wasYoung = this.#young.delete(scope)
    if (known === undefined && !(wasYoung && result.durationMs >= longMs)) return
    this.#long.delete(scope)
    const ofSpan = known?.span ?? span
    if (known === undefined) this.#records.started(scope, ofSpan)
    this.#records.ended(scope, result, ofSpan)
  }

  look(): void {
    if (this.#young.size + this.#long.size === 0 || !this.#records.areReceived) return
    const active = new ActiveRuns(this.#view)
    for (const [scope, known] of this.#long) this.#reportProgress(scope, known, active.find(scope))
    for (const scope of this.#young) {
      const run = active.find(scope)
      if (run === undefined) continue // its task was unregistered; the end of the run is still reported
      if (run.ageMs < longMs) break // all following runs are younger
      this.#young.delete(scope)
      const span = spanContextOf(run.annotations)
      this.#long.set(scope, { span, reportedMs: run.ageMs })
      this.#records.started(scope, span)
    }
  }

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

/** Reads the runs of each task only once, because a task may have thousands. */
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
