import type { EventOf, SupervisorView, TaskInfo } from '@runwell/core'
import { formatMs } from '@runwell/core/adapter'
import { annotatedTrace } from '../sdk/trace-context.ts'
import type { RunScopes } from '../spans/run-scopes.ts'
import { breadcrumbsOf, iso, runContext, taskContext, withAnnotations } from './event-context.ts'
import type { FailureStreaks, Recovery, Report } from './failure-streaks.ts'
import { type Notice, syntheticError } from './notice.ts'
import { failureLevel } from './task-tags.ts'

const maxUnits = 50
/** The usual `stableAfter` of a loop. */
const stableMs = 120_000

export interface FailuresSetup {
  readonly streaks: FailureStreaks
  readonly scopes: RunScopes
  readonly breadcrumbs: number
  readonly reportsRecovery: boolean
  readonly view: () => SupervisorView | undefined
}

export class Failures {
  readonly #setup: FailuresSetup
  readonly #units = new Map<string, Set<string>>()

  constructor(setup: FailuresSetup) {
    this.#setup = setup
  }

  runEnded(event: EventOf<'run.ended'>): Notice | undefined {
    const { streaks } = this.#setup
    if (event.outcome === 'cancelled') return undefined
    if (event.outcome === 'succeeded') return this.#recovered(event)
    // No notice for this run: at the end of the shutdown, one notice lists all abandoned runs.
    if (event.outcome === 'abandoned' && event.abortedFor === 'shutdown') return undefined
    if (event.info.schedule.restarts && this.#endsStreak(event)) streaks.succeeded(event.task)
    const report = streaks.failed(event.task, event.at)
    return report && this.#failure(event, report)
  }

  unitEnded(event: EventOf<'unit.ended'>): Notice | undefined {
    const { streaks, scopes } = this.#setup
    if (event.outcome === 'cancelled') return undefined
    const key = this.#unitKey(event)
    if (event.outcome === 'succeeded') {
      this.#unitSucceeded(event.task, key)
      return undefined
    }
    const report = streaks.failed(key, event.at)
    if (!report) return undefined
    const run = scopes.find(event.runId, event.unit)
    return {
      kind: 'failure',
      info: event.info,
      what:
        event.error ?? syntheticError('UnitFailed', `Unit '${event.unit}' of task '${event.task}' failed`),
      level: failureLevel(event.info.priority),
      handled: true,
      fingerprint: ['{{ default }}', 'runwell', event.task],
      tags: {
        'runwell.unit': event.unit.slice(0, 200),
        'runwell.trigger': event.trigger,
        'runwell.outcome': event.outcome,
      },
      context: withAnnotations(
        {
          ...taskContext(event.info, this.#setup.view()?.task(event.task)),
          run_id: event.runId,
          unit: event.unit,
          duration_ms: event.durationMs,
          ...streakContext(report),
        },
        event.annotations,
      ),
      trace: annotatedTrace(event.annotations) ?? run?.trace,
      isolation: run?.isolation,
    }
  }

  /** True if a run has failed, and no run has succeeded since. False for a loop that has been stable since. */
  isFailing({ name, schedule }: TaskInfo): boolean {
    if (this.#setup.streaks.failures(name) === 0) return false
    return !schedule.restarts || this.#failuresInRow(name) !== 0
  }

  unregistered(event: EventOf<'task.unregistered'>): void {
    this.#setup.streaks.forget(event.task)
    for (const key of this.#units.get(event.task) ?? []) this.#setup.streaks.forget(key)
    this.#units.delete(event.task)
  }

  /**
   * No success ends the streak of a loop, but core counts its failures anew after each stable run. The count is 0 if
   * another connection of the task is stable. The connection that failed must then have been stable, too.
   */
  #endsStreak({ task, durationMs }: EventOf<'run.ended'>): boolean {
    const inRow = this.#failuresInRow(task)
    return inRow === 1 || (inRow === 0 && durationMs >= stableMs)
  }

  #failuresInRow(task: string): number | undefined {
    return this.#setup.view()?.task(task)?.metrics().consecutiveFailures
  }

  /**
   * Ends the streak of the unit. Also ends the shared streak of `#unitKey`, so that the next failing unit can have
   * its own key.
   */
  #unitSucceeded(task: string, key: string): void {
    const known = this.#units.get(task)
    if (!known?.has(key)) return
    for (const ended of [key, sharedKey(task)]) {
      if (known.delete(ended)) this.#setup.streaks.succeeded(ended)
    }
  }

  /**
   * Returns the key of the unit's failure streak. After `maxUnits` failing units, all further units share one key, to
   * limit memory.
   */
  #unitKey({ task, unit, outcome }: EventOf<'unit.ended'>): string {
    const key = `${task} ${unit}`
    if (outcome === 'succeeded') return key
    const known = this.#units.get(task) ?? new Set()
    this.#units.set(task, known)
    if (known.has(key)) return key
    const shared = known.size < maxUnits ? key : sharedKey(task)
    known.add(shared)
    return shared
  }

  #failure(event: EventOf<'run.ended'>, report: Report): Notice {
    const { scopes, breadcrumbs, view } = this.#setup
    const task = view()?.task(event.task)
    const run = scopes.find(event.runId, undefined)
    return {
      kind: 'failure',
      info: event.info,
      what: event.error ?? syntheticError('RunFailed', `A run of task '${event.task}' has ${event.outcome}`),
      level: failureLevel(event.info.priority),
      handled: true,
      fingerprint: ['{{ default }}', 'runwell', event.task],
      tags: {
        'runwell.trigger': event.trigger,
        'runwell.outcome': event.outcome,
        'runwell.report': report.kind,
      },
      context: withAnnotations(
        { ...taskContext(event.info, task), ...runContext(event), ...streakContext(report) },
        event.annotations,
      ),
      trace: annotatedTrace(event.annotations) ?? run?.trace,
      isolation: run?.isolation,
      breadcrumbs: breadcrumbsOf(task?.history(breadcrumbs + 1) ?? [], event.runId).slice(-breadcrumbs),
    }
  }

  #recovered(event: EventOf<'run.ended'>): Notice | undefined {
    const { streaks, scopes, reportsRecovery, view } = this.#setup
    const recovery = streaks.succeeded(event.task)
    if (!recovery || !reportsRecovery) return undefined
    const run = scopes.find(event.runId, undefined)
    return {
      kind: 'recovery',
      info: event.info,
      what: recoveryText(event, recovery),
      level: 'info',
      handled: true,
      fingerprint: ['runwell', 'recovery', event.task],
      tags: {
        'runwell.trigger': event.trigger,
        'runwell.outcome': event.outcome,
      },
      context: withAnnotations(
        {
          ...taskContext(event.info, view()?.task(event.task)),
          ...runContext(event),
          ...streakContext(recovery),
        },
        event.annotations,
      ),
      trace: annotatedTrace(event.annotations) ?? run?.trace,
      isolation: run?.isolation,
    }
  }
}

function sharedKey(task: string): string {
  return `${task} `
}

function streakContext(streak: Recovery): Record<string, unknown> {
  return { episode_failures: streak.failures, episode_since: iso(streak.since) }
}

function recoveryText(event: EventOf<'run.ended'>, { failures, since }: Recovery): string {
  const count = failures === 1 ? '1 failure' : `${failures} failures`
  return `Task '${event.task}' has recovered after ${count} in ${formatMs(event.at - since)}`
}
