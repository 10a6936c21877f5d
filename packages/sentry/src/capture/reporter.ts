import type { SupervisorEvent, SupervisorView } from '@runwell/core'
import type { ObserverClock } from '../base/clock.ts'
import type { SentryLike } from '../sdk/sentry-like.ts'
import type { RunScopes } from '../spans/run-scopes.ts'
import { Capturer } from './capturer.ts'
import { Episodes, type ReportPolicy } from './episodes.ts'
import { Failures } from './failures.ts'
import { Incidents } from './incidents.ts'
import type { Notice } from './notice.ts'
import { type OutageLimit, Outbox } from './notice-limiter.ts'
import { Bucket } from './token-bucket.ts'

/** The observer options that decide what becomes an event. */
export interface ReporterOptions {
  readonly report: ReportPolicy
  readonly events: number
  readonly refillMs: number
  readonly outage: OutageLimit
  readonly breadcrumbs: number
  readonly loopBlockedMs: number
}

/** Makes Sentry events of a supervisor's events: what is worth one, as many as the budget allows. */
export class Reporter {
  readonly #outbox: Outbox
  readonly #failures: Failures
  readonly #incidents: Incidents
  /** A run that was abandoned. If the next event says that it made its task stuck, that is the better news of the two. */
  #abandoned: { readonly runId: string; readonly notice: Notice; readonly at: number } | undefined

  constructor(
    sentry: SentryLike,
    options: ReporterOptions,
    parts: { scopes: RunScopes; clock: ObserverClock; view: () => SupervisorView | undefined },
  ) {
    const { scopes, clock, view } = parts
    const { report, events, refillMs, outage, breadcrumbs, loopBlockedMs } = options
    const capturer = new Capturer(sentry)
    this.#outbox = new Outbox(new Bucket(events, refillMs), outage, clock, (notice) =>
      capturer.capture(notice),
    )
    this.#failures = new Failures({
      episodes: new Episodes(report),
      scopes,
      breadcrumbs,
      tellsRecovery: report === 'transitions',
      view,
    })
    this.#incidents = new Incidents({ scopes, loopBlockedMs, view })
  }

  hear(event: SupervisorEvent): void {
    this.#letGo(event)
    const notice = this.#noticeOf(event)
    if (notice) this.#outbox.offer(notice, event.at)
    else this.#outbox.advance(event.at)
  }

  /** Sends what is held back: there will be no later. */
  drain(at: number): void {
    this.#letGo()
    this.#outbox.drain(at)
  }

  #letGo(event?: SupervisorEvent): void {
    const abandoned = this.#abandoned
    this.#abandoned = undefined
    if (!abandoned || (event?.type === 'task.stuck' && event.runId === abandoned.runId)) return
    this.#outbox.offer(abandoned.notice, abandoned.at)
  }

  #noticeOf(event: SupervisorEvent): Notice | undefined {
    switch (event.type) {
      case 'run.ended': {
        const notice = this.#failures.runEnded(event)
        if (!notice || event.outcome !== 'abandoned') return notice
        this.#abandoned = { runId: event.runId, notice, at: event.at }
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
      case 'loop.blocked':
        return this.#incidents.loopBlocked(event)
      case 'monitor.stalled':
        return this.#incidents.monitorStalled(event)
      case 'task.unregistered':
        this.#failures.unregistered(event)
        this.#incidents.unregistered(event)
        return undefined
      default:
        return undefined
    }
  }
}
