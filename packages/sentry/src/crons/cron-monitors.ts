import type { EventOf, SupervisorEvent, TaskInfo } from '@runwell/core'
import type { SentryClientLike } from '../sdk/sentry-like.ts'
import { annotatedTrace, type TraceContext } from '../sdk/trace-context.ts'
import { checkInId } from './check-in-id.ts'
import type { CheckInQueue } from './check-in-queue.ts'
import { type Monitor, type MonitorOptions, planMonitor } from './monitor-plan.ts'
import { PendingCheckIns } from './pending-check-ins.ts'

/** Which tasks have a Sentry Crons monitor, and with which options. */
export type CronsOption =
  /** No task has a monitor. */
  | false
  /**
   * Tasks with an interval, or with a crontab that Sentry supports, have a monitor. A task of scope `instance` has a
   * monitor only if the option `replicas` is set. All its processes share this monitor. So Sentry notices that the
   * task has stopped only if it has stopped in all processes.
   */
  | 'scheduled'
  /**
   * Decides for each task. The function returns options, `true` for the default options, or `false` or `undefined`
   * for no monitor.
   */
  | ((task: TaskInfo) => MonitorOptions | boolean | undefined)

export interface CronMonitorsSetup {
  readonly crons: CronsOption
  readonly environments: readonly string[]
  readonly replicas: number | undefined
  readonly queue: CheckInQueue
  readonly client: () => SentryClientLike | undefined
  /** If Sentry was closed, warns that `what` is lost, and returns `false`. */
  readonly isOpen: (what: string) => boolean
  readonly traceOf: (runId: string) => TraceContext | undefined
  readonly onWarning: (message: string) => void
}

const longPeriodMs = 3_600_000

export class CronMonitors {
  readonly #setup: CronMonitorsSetup
  readonly #states = new Map<string, PendingCheckIns>()
  readonly #slugs = new Map<string, string>()
  readonly #withoutReplicas = new Set<string>()

  constructor(setup: CronMonitorsSetup) {
    this.#setup = setup
  }

  onEvent(event: SupervisorEvent): void {
    if (this.#setup.crons === false) return
    if (event.type === 'run.ended') this.#ended(event)
    else if (event.type === 'run.started') {
      const state = this.#states.get(event.task)
      if (!state?.monitor.sendsInProgress || !this.#isActive()) return
      const id = checkInId(event, state.monitor.slug, this.#environment())
      state.open(event.runId, id, () => this.#setup.traceOf(event.runId), event.at)
      if (state.hasPending) this.#setup.queue.add(state)
    } else if (event.type === 'task.registered' || event.type === 'task.rescheduled') {
      const info =
        event.type === 'task.rescheduled' ? { ...event.info, schedule: event.schedule } : event.info
      this.add(info)
    } else if (event.type === 'task.unregistered') this.#remove(event.task)
    else if (event.type === 'task.started') this.#warnAboutReplicas()
  }

  add(info: TaskInfo): void {
    const { onWarning } = this.#setup
    const options = this.#optionsOf(info)
    if (!options) return this.#remove(info.name)
    const plan = planMonitor(info, options, this.#setup.replicas ?? 1)
    const refused = 'refused' in plan ? plan.refused : this.#slugConflict(plan.monitor)
    if (refused !== undefined || 'refused' in plan) {
      onWarning(`Task '${info.name}' has no Sentry monitor: ${refused}.`)
      this.#remove(info.name)
      return
    }
    const state = this.#states.get(info.name)
    if (state) state.monitor = plan.monitor
    else this.#states.set(info.name, new PendingCheckIns(plan.monitor))
    this.#slugs.set(plan.monitor.slug, info.name)
  }

  closeAll(): void {
    for (const state of this.#states.values()) {
      state.closeAll()
      if (state.hasPending) this.#setup.queue.add(state)
    }
  }

  #optionsOf(info: TaskInfo): MonitorOptions | undefined {
    const { crons, replicas, onWarning } = this.#setup
    if (crons === false) return undefined
    if (crons === 'scheduled') {
      if (!info.schedule.recurring) return undefined
      if (info.scope === 'service' || replicas !== undefined) return {}
      this.#withoutReplicas.add(info.name)
      return undefined
    }
    try {
      const options = crons(info)
      return options === true ? {} : options || undefined
    } catch (error) {
      onWarning(`Task '${info.name}' has no Sentry monitor: the \`crons\` function threw ${String(error)}.`)
      return undefined
    }
  }

  #slugConflict({ slug, task }: Monitor): string | undefined {
    const other = this.#slugs.get(slug)
    if (other === undefined || other === task) return undefined
    return `task '${other}' has the same slug '${slug}'; set a different \`slug\` for one of them`
  }

  #ended(event: EventOf<'run.ended'>): void {
    const state = this.#states.get(event.task)
    if (!state || !this.#setup.isOpen(`a check-in of task '${event.task}'`) || !this.#isActive()) return
    if (isTakenOver(event)) return state.leave(event.runId)
    const status = statusOf(event, state.monitor) ?? (state.isOpen(event.runId) ? 'error' : undefined)
    if (status === undefined) return
    const endedAt = event.startedAt + event.durationMs
    if (event.outcome !== 'cancelled') {
      state.longestMs = Math.max(state.longestMs, endedAt - (event.scheduledAt ?? event.startedAt))
    }
    const trace = annotatedTrace(event.annotations) ?? this.#setup.traceOf(event.runId)
    const id = checkInId(event, state.monitor.slug, this.#environment())
    state.close(event.runId, id, status, event.durationMs, () => trace)
    this.#setup.queue.add(state)
  }

  #remove(task: string): void {
    const state = this.#states.get(task)
    if (!state) return
    this.#states.delete(task)
    this.#slugs.delete(state.monitor.slug)
    state.closeAll()
    if (state.hasPending) this.#setup.queue.add(state)
  }

  /**
   * True if Sentry can send and its environment is one of `environments`. Checked each time, because the app may call
   * `Sentry.init` late.
   */
  #isActive(): boolean {
    const options = this.#setup.client()?.getOptions()
    if (!options) return false
    const { dsn, enabled } = options as { dsn?: string; enabled?: boolean }
    return Boolean(dsn) && enabled !== false && this.#setup.environments.includes(this.#environment())
  }

  /** Without an environment, Sentry's server assumes `production`. */
  #environment(): string {
    const { environment } = (this.#setup.client()?.getOptions() ?? {}) as { readonly environment?: string }
    return environment ?? 'production'
  }

  #warnAboutReplicas(): void {
    if (this.#withoutReplicas.size === 0) return
    const names = [...this.#withoutReplicas].slice(0, 3).join(', ')
    const more = this.#withoutReplicas.size > 3 ? ` and ${this.#withoutReplicas.size - 3} more` : ''
    this.#withoutReplicas.clear()
    this.#setup.onWarning(
      `No Sentry monitor for ${names}${more}: set the \`replicas\` option of \`sentryObserver\` ` +
        "(1 for a single process), or `scope: 'service'` on these tasks.",
    )
  }
}

/** True if another process of the fleet will run this slot again. */
function isTakenOver({ info, outcome, abortedFor }: EventOf<'run.ended'>): boolean {
  const isLost = abortedFor === 'lease-lost' || abortedFor === 'shutdown'
  return info.fleet !== undefined && outcome === 'cancelled' && isLost
}

function statusOf(event: EventOf<'run.ended'>, { periodMs }: Monitor): 'ok' | 'error' | undefined {
  if (event.outcome === 'succeeded') return 'ok'
  if (event.outcome !== 'cancelled') return 'error'
  // In a fleet, a cancelled run does not count as a failure. For example, a newer run has replaced it.
  if (event.info.fleet !== undefined) return undefined
  // A run that a shutdown cancels counts as a failure if runs are an hour or more apart, because the next run does
  // not come soon.
  return event.abortedFor === 'shutdown' && periodMs >= longPeriodMs ? 'error' : undefined
}
