import { type Attributes, type Context, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api'
import type { ActiveRun, RunResult, RunScope, SupervisorView } from '@runwell/core'
import { formatMs } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'
import { hrTimeOf } from '../base/hr-time.ts'
import { errorType, isErrorResult, resultOf } from '../base/results.ts'
import { toSeconds } from '../base/seconds.ts'
import { version } from '../base/version.ts'
import type { Warn } from '../options/observer-options.ts'
import { registeredLogs } from '../sdk/api-registry.ts'
import { schemaUrl, scopeName } from '../sdk/scope.ts'
import { type RunTexts, textsOfLost } from '../spans/run-texts.ts'

const info = { severityNumber: 9, severityText: 'INFO' } as const
const error = { severityNumber: 17, severityText: 'ERROR' } as const

interface Content {
  readonly eventName: string
  readonly severity: typeof info | typeof error
  readonly body: string
  readonly at: number
  readonly attributes: Attributes
}

/** If a logger throws, the record is lost. Only the first such error causes a warning. */
export class RunRecords {
  readonly #view: SupervisorView
  readonly #texts: RunTexts
  readonly #warn: Warn
  #hasWarned = false

  constructor(view: SupervisorView, texts: RunTexts, warn: Warn) {
    this.#view = view
    this.#texts = texts
    this.#warn = warn
  }

  get areReceived(): boolean {
    return registeredLogs() !== undefined
  }

  started(scope: RunScope, span: SpanContext | undefined): void {
    const { scheduledAt } = scope
    this.#emit(scope, span, {
      eventName: 'run.started',
      severity: info,
      body: 'run started',
      at: scope.startedAt,
      attributes:
        scheduledAt === undefined ? {} : { [attr.taskScheduledTime]: new Date(scheduledAt).toISOString() },
    })
  }

  progress(scope: RunScope, run: ActiveRun, span: SpanContext | undefined): void {
    const { ageMs, lastBeatAt, lastBeatNote } = run
    const note = lastBeatNote === undefined ? '' : `: ${lastBeatNote}`
    this.#emit(scope, span, {
      eventName: 'run.progress',
      severity: info,
      body: `run has been active for ${formatMs(ageMs)}${note}`,
      at: this.#view.now(),
      attributes: {
        [attr.runDuration]: toSeconds(ageMs),
        ...(lastBeatAt === undefined ? {} : { [attr.runLastBeat]: new Date(lastBeatAt).toISOString() }),
      },
    })
  }

  ended(scope: RunScope, ending: RunResult, span: SpanContext | undefined): void {
    const { durationMs, abortedFor, rule } = ending
    const result = resultOf[ending.outcome]
    const isError = isErrorResult(result)
    this.#emit(scope, span, {
      eventName: 'run.ended',
      severity: isError ? error : info,
      body: `run ended after ${formatMs(durationMs)}: ${result}`,
      at: scope.startedAt + durationMs,
      attributes: {
        [attr.runDuration]: toSeconds(durationMs),
        [attr.runResult]: result,
        ...(isError ? { [attr.errorType]: errorType(ending.error, result) } : {}),
        ...(abortedFor === undefined ? {} : { [attr.runAbortCause]: abortedFor }),
        ...(rule === undefined ? {} : { [attr.rule]: rule }),
      },
    })
  }

  /** `scope` is the run that takes over, and `span` belongs to the lost `attempt`. */
  lost(scope: RunScope, attempt: NonNullable<RunScope['takesOver']>, span: SpanContext | undefined): void {
    const { runId, instanceId, startedAt } = attempt
    const durationMs = scope.startedAt - startedAt
    this.#emit({ ...scope, runId }, span, {
      eventName: 'run.lost',
      severity: error,
      body: `run was lost, since process ${instanceId} died or lost its lease; it is run again ${formatMs(durationMs)} after its start`,
      at: scope.startedAt,
      attributes: {
        ...textsOfLost(attempt.annotations),
        [attr.runDuration]: toSeconds(durationMs),
        [attr.runResult]: resultOf.cancelled,
        [attr.runAbortCause]: 'lease-lost',
        [attr.errorType]: 'lease-lost',
        [attr.supervisorInstance]: instanceId,
      },
    })
  }

  #emit(
    { task, runId, trigger }: Pick<RunScope, 'task' | 'runId' | 'trigger'>,
    span: SpanContext | undefined,
    content: Content,
  ): void {
    const { eventName, severity, body, at, attributes } = content
    const { name } = this.#view
    try {
      registeredLogs()
        ?.getLogger(scopeName, version, { schemaUrl })
        .emit({
          eventName,
          ...severity,
          body: `${task.name}: ${body}`,
          timestamp: hrTimeOf(at),
          observedTimestamp: hrTimeOf(this.#view.now()),
          attributes: {
            ...this.#texts.ofRun(runId),
            [attr.taskName]: task.name,
            [attr.taskOwner]: task.owner,
            [attr.taskPriority]: task.priority,
            [attr.runTrigger]: trigger,
            [attr.runId]: runId,
            ...(name === 'default' ? {} : { [attr.supervisorName]: name }),
            ...attributes,
          },
          context: contextOf(span),
        })
    } catch (thrown) {
      if (this.#hasWarned) return
      this.#hasWarned = true
      this.#warn(`Runwell: log records of long runs are lost, since the logger has thrown: ${String(thrown)}`)
    }
  }
}

function contextOf(span: SpanContext | undefined): Context {
  return span === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, span)
}
