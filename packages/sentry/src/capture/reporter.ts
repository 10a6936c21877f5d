import type { SupervisorEvent, SupervisorView, TaskInfo } from '@runwell/core'
import type { ObserverClock } from '../base/clock.ts'
import type { DeliveryWatch } from '../sdk/delivery-watch.ts'
import type { SentryLike } from '../sdk/sentry-like.ts'
import type { RunScopes } from '../spans/run-scopes.ts'
import { Capturer } from './capturer.ts'
import { Controls } from './controls.ts'
import { FailureStreaks, type ReportPolicy } from './failure-streaks.ts'
import { Failures } from './failures.ts'
import { Incidents } from './incidents.ts'
import type { Notice } from './notice.ts'
import { NoticeLimiter } from './notice-limiter.ts'
import type { OutageLimit } from './outages.ts'
import { TokenBucket } from './token-bucket.ts'
import { UnhealthyTasks } from './unhealthy-tasks.ts'

export interface ReporterOptions {
  readonly report: ReportPolicy
  readonly events: number
  readonly refillMs: number
  readonly outage: OutageLimit
  readonly breadcrumbs: number
  readonly loopBlockedMs: number
  readonly consoleUrl: string | undefined
}

export class Reporter {
  readonly #limiter: NoticeLimiter
  readonly #failures: Failures
  readonly #incidents: Incidents
  readonly #unhealthy: UnhealthyTasks
  readonly #controls = new Controls()
  /** Also counts tasks that were unregistered, because they may have failed in the same outage. */
  #tasksSeen = 0
  /**
   * The notice of an abandoned run waits for the next event. If that event is `task.stuck` of the same run, only the
   * notice of `task.stuck` is sent.
   */
  #abandoned: { readonly runId: string; readonly notice: Notice; readonly at: number } | undefined

  constructor(
    sentry: SentryLike,
    options: ReporterOptions,
    parts: {
      scopes: RunScopes
      clock: ObserverClock
      delivery: DeliveryWatch
      view: () => SupervisorView | undefined
    },
  ) {
    const { scopes, clock, delivery, view } = parts
    const { report, events, refillMs, outage, breadcrumbs, loopBlockedMs, consoleUrl } = options
    const capturer = new Capturer(sentry, consoleUrl)
    this.#limiter = new NoticeLimiter({
      bucket: new TokenBucket(events, refillMs),
      outage,
      clock,
      send: (notice) => {
        if (delivery.isOpen(nameOf(notice))) capturer.capture(notice)
      },
      mayBeOutage: () => this.#tasksSeen > outage.tasks,
    })
    this.#failures = new Failures({
      streaks: new FailureStreaks(report),
      scopes,
      breadcrumbs,
      reportsRecovery: report === 'transitions',
      view,
    })
    this.#incidents = new Incidents({ scopes, loopBlockedMs, view })
    const isFailing = (info: TaskInfo): boolean => this.#failures.isFailing(info)
    this.#unhealthy = new UnhealthyTasks({ report, scopes, isFailing, view })
  }

  taskSeen(): void {
    this.#tasksSeen += 1
  }

  onEvent(event: SupervisorEvent): void {
    if (event.type === 'task.registered') this.taskSeen()
    this.#submitAbandoned(event)
    const notice = this.#noticeOf(event)
    if (notice) this.#limiter.submit({ ...this.#withControls(notice), at: event.at }, event.at)
    else this.#limiter.sendDue(event.at)
  }

  flush(at: number): void {
    this.#submitAbandoned()
    this.#limiter.flush(at)
  }

  #submitAbandoned(event?: SupervisorEvent): void {
    const abandoned = this.#abandoned
    this.#abandoned = undefined
    if (!abandoned || (event?.type === 'task.stuck' && event.runId === abandoned.runId)) return
    this.#limiter.submit(abandoned.notice, abandoned.at)
  }

  #withControls(notice: Notice): Notice {
    if (notice.info === undefined) return notice
    return { ...notice, breadcrumbs: this.#controls.among(notice.info.name, notice.breadcrumbs) }
  }

  #noticeOf(event: SupervisorEvent): Notice | undefined {
    switch (event.type) {
      case 'run.ended': {
        const notice = this.#failures.runEnded(event)
        if (!notice || event.outcome !== 'abandoned') return notice
        this.#abandoned = {
          runId: event.runId,
          notice: { ...this.#withControls(notice), at: event.at },
          at: event.at,
        }
        return undefined
      }
      case 'unit.ended':
        return this.#failures.unitEnded(event)
      case 'task.gave-up':
        return this.#incidents.gaveUp(event)
      case 'task.parked':
        return this.#incidents.parked(event)
      case 'task.stuck':
        return this.#incidents.stuck(event)
      case 'shutdown.ended':
        return this.#incidents.abandoned(event)
      case 'health.changed':
        return this.#unhealthy.healthChanged(event)
      case 'rule.opened':
        return this.#unhealthy.ruleOpened(event)
      case 'fleet.down':
      case 'fleet.up':
        this.#unhealthy.fleetChanged(event)
        return undefined
      case 'loop.blocked':
        return this.#incidents.loopBlocked(event)
      case 'monitor.stalled':
        return this.#incidents.monitorStalled(event)
      case 'control.performed':
        this.#controls.performed(event)
        return undefined
      case 'task.unregistered':
        this.#controls.unregistered(event.task)
        this.#failures.unregistered(event)
        this.#incidents.unregistered(event)
        this.#unhealthy.unregistered(event)
        return undefined
      default:
        return undefined
    }
  }
}

function nameOf({ kind, info }: Notice): string {
  return info ? `'${kind}' of task '${info.name}'` : `'${kind}'`
}
