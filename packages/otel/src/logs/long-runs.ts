import type { SpanContext } from '@opentelemetry/api'
import type { ActiveRun, RunResult, RunScope, SupervisorView } from '@runwell/core'
import { spanContextOf } from '../spans/links.ts'
import type { RunRecords } from './run-records.ts'

/** Runs shorter than this have no log records. */
const longMs = 10_000
/** Active runs are checked at this interval. So the start of a long run is reported after 10 to 15 s. */
const lookEveryMs = 5_000
/** The shortest time between two progress records. It is a little below a minute, because a timer may fire early. */
const progressEveryMs = 59_000

/** An active run whose start was reported. */
interface LongRun {
  readonly span: SpanContext | undefined
  reportedMs: number
}

/**
 * Emits log records for long runs: for their start after 10 s, for their progress once a minute, and for their end. A
 * span is exported when it ends, so a run that dies with its process has no span. But it has log records, with a start
 * and no end. Loops and units have no such records. A loop may last as long as its process, and its start already has a
 * span that ends early.
 */
export class LongRuns {
  readonly #records: RunRecords
  readonly #view: SupervisorView
  /** Active runs whose start was not reported, the oldest first. */
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
    this.#timer.unref?.() // jsdom returns a number, which has no unref()
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
    // The run ended before a check found it. So the record of its start is still missing.
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

  /** Reports the loss of a long run that this run takes over. The other process could not report its end. */
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

/** Finds active runs by id. It reads the runs of each task only once, because a task may have thousands. */
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
