import type { EventOf, SupervisorView, TaskInfo } from '@runwell/core'
import { logLevel } from '@runwell/core/adapter'
import { annotatedTrace } from '../sdk/trace-context.ts'
import type { RunScopes } from '../spans/run-scopes.ts'
import { taskContext, withAnnotations } from './event-context.ts'
import { FailureStreaks } from './failure-streaks.ts'
import { type Notice, syntheticError } from './notice.ts'
import { lostTaskLevel } from './task-tags.ts'

/** After this time without a block, the next block of a task is reported like a first block. */
const blockStreakMs = 3_600_000

export interface IncidentsSetup {
  readonly scopes: RunScopes
  readonly loopBlockedMs: number
  readonly view: () => SupervisorView | undefined
}

export class Incidents {
  readonly #setup: IncidentsSetup
  readonly #blocks = new FailureStreaks('first')
  #blockedAt = new Map<string, number>()

  constructor(setup: IncidentsSetup) {
    this.#setup = setup
  }

  gaveUp(event: EventOf<'task.gave-up'>): Notice {
    const { restarts, withinMs, cause, how } = event
    return {
      ...this.#ofTask(event.info, 'gave-up'),
      what: syntheticError(
        'TaskGaveUp',
        `Task '${event.task}' ${ended(cause)} and is given up: it is not restarted any more`,
        event.error,
      ),
      context: {
        ...this.#context(event.info),
        cause,
        how,
        restarts_used: `${restarts === 1 ? '1 restart' : `${restarts} restarts`} in ${minutes(withinMs)}`,
      },
    }
  }

  /** Returns `undefined` if a failed trial has parked the loop again: the trial is reported like each failed run. */
  parked(event: EventOf<'task.parked'>): Notice | undefined {
    if (event.parks > 1) return undefined
    const { cause, trialAt, parks } = event
    return {
      ...this.#ofTask(event.info, 'parked'),
      what: syntheticError(
        'TaskParked',
        `Task '${event.task}' ${ended(cause)} and has used up its restart budget: it is parked until its next trial`,
        event.error,
      ),
      context: {
        ...this.#context(event.info),
        cause,
        parks,
        restarts_left: 0,
        trial_at: new Date(trialAt).toISOString(),
      },
    }
  }

  stuck(event: EventOf<'task.stuck'>): Notice {
    const { runId, ageMs } = event
    const run = this.#setup.scopes.find(runId, undefined)
    const active = this.#setup.view()?.task(event.task)?.active()
    const annotations = active?.find((other) => other.runId === runId)?.annotations
    return {
      ...this.#ofTask(event.info, 'stuck'),
      what: syntheticError(
        'TaskStuck',
        `Task '${event.task}' is stuck: run ${runId} started ${seconds(ageMs)} ago and ignores its abort signal`,
      ),
      context: withAnnotations({ ...this.#context(event.info), run_id: runId, age_ms: ageMs }, annotations),
      trace: annotatedTrace(annotations) ?? run?.trace,
      isolation: run?.isolation,
    }
  }

  abandoned(event: EventOf<'shutdown.ended'>): Notice | undefined {
    const { abandoned, deadlineMs, tookMs, reason } = event.report
    const [first, ...others] = abandoned
    if (!first) return undefined
    const info = others.length === 0 ? this.#setup.view()?.task(first.task)?.info : undefined
    const runs = abandoned.map(
      ({ task, runId, ageMs, lastBeat }) =>
        `${task} (run ${runId}, ${seconds(ageMs)} old${lastBeat ? `, last beat ${seconds(lastBeat.agoMs)} ago` : ''})`,
    )
    const which = others.length === 0 ? `a run of task '${first.task}'` : `${abandoned.length} runs`
    const priorities = abandoned.map(({ priority }) => lostTaskLevel(priority))
    return {
      kind: 'abandoned',
      info,
      what: syntheticError('RunAbandoned', `Shutdown abandoned ${which}: ${runs.slice(0, 3).join(', ')}`),
      level: priorities.includes('fatal') ? 'fatal' : 'error',
      handled: false,
      fingerprint: ['runwell', 'abandoned', info?.name ?? ''],
      context: { abandoned: abandoned.length, deadline_ms: deadlineMs, took_ms: tookMs, reason },
      extras: { runs: runs.slice(0, 100) },
    }
  }

  loopBlocked(event: EventOf<'loop.blocked'>): Notice | undefined {
    // At startup, a block has level `debug` unless a task caused it.
    if (event.ms < this.#setup.loopBlockedMs || logLevel(event) === 'debug') return undefined
    const suspect = event.suspect?.task
    const info = suspect === undefined ? undefined : this.#setup.view()?.task(suspect)?.info
    const key = suspect ?? ''
    if (event.at - (this.#blockedAt.get(key) ?? event.at) > blockStreakMs) this.#blocks.succeeded(key)
    this.#blockedAt.set(key, event.at)
    const report = this.#blocks.failed(key, event.at)
    if (!report) return undefined
    const by = suspect === undefined ? 'an unknown cause' : `task '${suspect}' (most likely)`
    return {
      kind: 'loop-blocked',
      info,
      what: syntheticError(
        'EventLoopBlocked',
        `The event loop was blocked for ${Math.round(event.ms)} ms by ${by}`,
      ),
      level: 'warning',
      handled: true,
      fingerprint: ['runwell', 'loop-blocked', key],
      tags: { 'runwell.suspect': suspect },
      context: {
        blocked_ms: event.ms,
        suspect,
        evidence: event.suspect?.by,
        score: event.suspect?.score,
        measured: event.measured.map(({ task, ms }) => `${task}: ${Math.round(ms)} ms`),
        active: event.active,
        episode_blocks: report.failures,
      },
    }
  }

  monitorStalled(event: EventOf<'monitor.stalled'>): Notice {
    return {
      kind: 'monitor-stalled',
      info: undefined,
      what: syntheticError(
        'MonitorStalled',
        `The supervisor's timer was ${seconds(event.overdueMs)} overdue; the monitor re-armed it`,
      ),
      level: 'fatal',
      handled: true,
      fingerprint: ['runwell', 'monitor-stalled'],
      context: { overdue_ms: event.overdueMs },
    }
  }

  unregistered(event: EventOf<'task.unregistered'>): void {
    this.#blocks.forget(event.task)
    this.#blockedAt.delete(event.task)
  }

  #ofTask(info: TaskInfo, kind: 'gave-up' | 'parked' | 'stuck') {
    return {
      kind,
      info,
      level: lostTaskLevel(info.priority),
      handled: false,
      fingerprint: ['runwell', kind, info.name],
    }
  }

  #context(info: TaskInfo): Record<string, unknown> {
    return taskContext(info, this.#setup.view()?.task(info.name))
  }
}

function ended(cause: string): string {
  if (cause === 'threw' || cause === 'returned') return cause
  if (cause === 'timed-out') return 'timed out'
  return `ended (${cause})`
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}

function minutes(ms: number): string {
  return `${Math.round(ms / 6_000) / 10} min`
}
