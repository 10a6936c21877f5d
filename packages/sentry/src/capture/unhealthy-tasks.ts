import type { EventOf, HealthReason, SupervisorView, TaskInfo, TaskState, TaskView } from '@runwell/core'
import { FleetOutage, formatMs } from '@runwell/core/adapter'
import { annotatedTrace } from '../sdk/trace-context.ts'
import type { RunScopes } from '../spans/run-scopes.ts'
import { iso, taskContext, withAnnotations } from './event-context.ts'
import { FailureStreaks, type ReportPolicy } from './failure-streaks.ts'
import { type Notice, syntheticError } from './notice.ts'
import { failureLevel } from './task-tags.ts'

/**
 * Other events report what these rules find: failed runs, a loop that is parked or given up, a stuck task, or a
 * blocked event loop.
 */
const reportedRules: ReadonlySet<string> = new Set([
  'consecutive-failures',
  'error-rate',
  'classic',
  'restarts',
  'stuck',
  'blocks-loop',
])
/** For a task in one of these states, an event `stuck`, `parked` or `gave-up` was sent. */
const reportedStates: ReadonlySet<TaskState> = new Set(['stuck', 'parked', 'failed'])

export interface UnhealthyTasksSetup {
  readonly report: ReportPolicy
  readonly scopes: RunScopes
  /** True if a run of this task has failed, and the task has not recovered since. */
  readonly isFailing: (info: TaskInfo) => boolean
  readonly view: () => SupervisorView | undefined
}

type Evidence = Pick<EventOf<'health.changed'>, 'task' | 'info' | 'at'> & {
  readonly reasons: readonly HealthReason[]
}

/** Reports tasks that are unhealthy without a failure, for example because a run hangs or no run starts. */
export class UnhealthyTasks {
  readonly #setup: UnhealthyTasksSetup
  readonly #streaks: FailureStreaks
  readonly #fleetOutage = new FleetOutage()
  /**
   * Unhealthy tasks for which no event `unhealthy` was sent, usually because other events report the problem. If a
   * further rule then finds another problem, an event may be needed: for example, a run hangs after several failures.
   */
  readonly #explained = new Set<string>()
  /** True if the first task of the fleet outage needed no event, so that the next task may need one. */
  #isOutageUnreported = false

  constructor(setup: UnhealthyTasksSetup) {
    this.#setup = setup
    this.#streaks = new FailureStreaks(setup.report)
  }

  healthChanged(event: EventOf<'health.changed'>): Notice | undefined {
    const { task, to, info, at, health } = event
    const outage = this.#fleetOutage.follow(event)
    this.#explained.delete(task)
    if (to === 'healthy' || to === 'unknown') return this.#ended(event)
    if (to !== 'unhealthy') return undefined
    const isFirst = outage === 'first' || (outage === 'repeat' && this.#isOutageUnreported)
    const others = isFirst ? `; other tasks of ${info.fleet} with the same problem are not reported` : ''
    const isReported = outage === 'repeat' && !isFirst
    const notice = isReported ? undefined : this.#notice({ task, info, at, reasons: health.reasons }, others)
    if (outage) this.#isOutageUnreported = isFirst && !notice
    if (!notice) this.#explained.add(task)
    return notice
  }

  ruleOpened({ task, info, at }: EventOf<'rule.opened'>): Notice | undefined {
    if (!this.#explained.has(task)) return undefined
    const reasons = this.#setup.view()?.task(task)?.health().reasons ?? []
    const notice = this.#notice({ task, info, at, reasons }, '')
    if (notice) this.#explained.delete(task)
    return notice
  }

  fleetChanged(event: EventOf<'fleet.down' | 'fleet.up'>): void {
    this.#fleetOutage.follow(event)
  }

  unregistered(event: EventOf<'task.unregistered'>): void {
    this.#fleetOutage.follow(event)
    this.#streaks.forget(event.task)
    this.#explained.delete(event.task)
  }

  #notice(evidence: Evidence, others: string): Notice | undefined {
    const { task, info, at } = evidence
    const found = this.#unreported(evidence)
    const report = found && this.#streaks.failed(task, at)
    if (!report) return undefined
    const view = this.#setup.view()?.task(task)
    const [active, ...more] = view?.active() ?? []
    const run = more.length === 0 ? active : undefined
    const scope = run && this.#setup.scopes.find(run.runId, undefined)
    return {
      kind: 'unhealthy',
      info,
      what: syntheticError('TaskUnhealthy', `Task '${task}' is unhealthy: ${found.reason}${others}`),
      level: failureLevel(info.priority),
      handled: true,
      fingerprint: ['runwell', 'unhealthy', task],
      tags: { 'runwell.rule': found.rule, 'runwell.report': report.kind },
      context: withAnnotations(
        {
          ...taskContext(info, view),
          rule: found.rule,
          value: found.value,
          limit: found.limit,
          since: iso(found.since),
          run_id: run?.runId,
        },
        run?.annotations,
      ),
      trace: annotatedTrace(run?.annotations) ?? scope?.trace,
      isolation: scope?.isolation,
    }
  }

  /** Returns the worst reason that no other event of this package reports. */
  #unreported({ task, info, at, reasons }: Evidence): HealthReason | undefined {
    const { view, isFailing } = this.#setup
    const seen = view()?.task(task)
    if (seen && reportedStates.has(seen.state)) return undefined
    // In a fleet, another process may have reported the failures.
    const fails = isFailing(info) || reasons.some(({ rule }) => rule === 'consecutive-failures')
    return reasons.find(({ rule, status }) => {
      if (status !== 'unhealthy' || reportedRules.has(rule)) return false
      // Failures explain why a success is missing, but not why a run hangs, or why no further run begins.
      return !fails || rule === 'hung' || (rule === 'stale' && isSilent(info, seen, at))
    })
  }

  #ended({ task, info, at, to }: EventOf<'health.changed'>): Notice | undefined {
    const streak = this.#streaks.succeeded(task)
    if (!streak || to !== 'healthy' || this.#setup.report !== 'transitions') return undefined
    return {
      kind: 'recovery',
      info,
      what: `Task '${task}' is healthy again after ${formatMs(at - streak.since)}`,
      level: 'info',
      handled: true,
      fingerprint: ['runwell', 'recovery', task],
      context: { ...taskContext(info, this.#setup.view()?.task(task)), episode_since: iso(streak.since) },
    }
  }
}

/** True if the host of an external task has begun no run for more than a period. */
function isSilent({ schedule }: TaskInfo, seen: TaskView | undefined, at: number): boolean {
  if (seen === undefined || schedule.startedBy !== 'call' || schedule.periodMs === undefined) return false
  const [last] = seen.history(1)
  return seen.active().length === 0 && last !== undefined && at - last.startedAt > schedule.periodMs
}
