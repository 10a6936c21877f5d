import type { RunEnded, SupervisorEvent, TaskInfo } from '@runwell/core'
import type { SentryClientLike } from '../sentry-like.ts'
import { annotatedPlace, type TracePlace } from '../trace-place.ts'
import { type CronOptions, type Monitor, planMonitor } from './monitor.ts'
import { MonitorState } from './monitor-state.ts'
import type { Pump } from './pump.ts'

/** Which tasks have a monitor, and what it is like where a task wants it otherwise. */
export type CronsOption =
  /** None. */
  | 'off'
  /**
   * Those with a period or a crontab, where one success anywhere is enough (`scope: 'service'`) or the number of
   * processes is given (`replicas`): Sentry can't tell one process that is silent from another that is not.
   */
  | 'scheduled'
  /** Those for which it returns something; `true` for a monitor that is wholly derived from the task. */
  | ((task: TaskInfo) => CronOptions | boolean | undefined)

export interface MonitorsSetup {
  readonly crons: CronsOption
  readonly environments: readonly string[]
  /** Processes that run the same tasks, where the app has said so. */
  readonly replicas: number | undefined
  readonly pump: Pump
  readonly client: () => SentryClientLike | undefined
  /** Where a run that lives is in its trace. */
  readonly placeOf: (runId: string) => TracePlace | undefined
  readonly onWarning: (message: string) => void
}

const longPeriodMs = 3_600_000

/** Keeps the monitors of a supervisor's tasks: tells Sentry Crons how their runs end. */
export class Monitors {
  readonly #setup: MonitorsSetup
  readonly #states = new Map<string, MonitorState>()
  readonly #slugs = new Map<string, string>()
  /** Tasks that have no monitor because nobody said how many processes run them. */
  readonly #unsaid = new Set<string>()

  constructor(setup: MonitorsSetup) {
    this.#setup = setup
  }

  hear(event: SupervisorEvent): void {
    if (this.#setup.crons === 'off') return
    if (event.type === 'run.ended') this.#ended(event)
    else if (event.type === 'run.started') {
      const state = this.#states.get(event.task)
      if (!state?.monitor.opens || !this.#isActive()) return
      state.open(event.runId, () => this.#setup.placeOf(event.runId), event.at)
      if (state.waits) this.#setup.pump.push(state)
    } else if (event.type === 'task.registered' || event.type === 'task.rescheduled') {
      const info =
        event.type === 'task.rescheduled' ? { ...event.info, schedule: event.schedule } : event.info
      this.add(info)
    } else if (event.type === 'task.unregistered') this.#remove(event.task)
    else if (event.type === 'task.started') this.#tellUnsaid()
  }

  /** Gives a task its monitor, where it should have one. */
  add(info: TaskInfo): void {
    const { onWarning } = this.#setup
    const options = this.#optionsOf(info)
    if (!options) return
    const plan = planMonitor(info, options, this.#setup.replicas ?? 1)
    const refused = 'refused' in plan ? plan.refused : this.#taken(plan.monitor)
    if (refused !== undefined || 'refused' in plan) {
      onWarning(`Task '${info.name}' has no Sentry monitor: ${refused}.`)
      this.#remove(info.name)
      return
    }
    const state = this.#states.get(info.name)
    if (state) state.monitor = plan.monitor
    else this.#states.set(info.name, new MonitorState(plan.monitor))
    this.#slugs.set(plan.monitor.slug, info.name)
  }

  /** Before the last check-ins are sent: what is open still, is closed. */
  closeAll(): void {
    for (const state of this.#states.values()) {
      state.closeAll()
      if (state.waits) this.#setup.pump.push(state)
    }
  }

  #optionsOf(info: TaskInfo): CronOptions | undefined {
    const { crons, replicas, onWarning } = this.#setup
    if (crons === 'off') return undefined
    if (crons === 'scheduled') {
      if (!info.schedule.recurring) return undefined
      if (info.scope === 'service' || replicas !== undefined) return {}
      this.#unsaid.add(info.name)
      return undefined
    }
    try {
      const options = crons(info)
      return options === true ? {} : options || undefined
    } catch (error) {
      onWarning(`\`crons\` threw for task '${info.name}', which has no monitor: ${String(error)}`)
      return undefined
    }
  }

  #taken({ slug, task }: Monitor): string | undefined {
    const other = this.#slugs.get(slug)
    if (other === undefined || other === task) return undefined
    return `its slug '${slug}' is that of task '${other}'; give one of them a \`slug\` of its own`
  }

  #ended(event: RunEnded): void {
    const state = this.#states.get(event.task)
    if (!state || !this.#isActive()) return
    const status = statusOf(event, state.monitor) ?? (state.isOpen(event.runId) ? 'error' : undefined)
    if (status === undefined) return
    const endedAt = event.startedAt + event.durationMs
    if (event.outcome !== 'cancelled') {
      state.usualMs = Math.max(state.usualMs, endedAt - (event.scheduledAt ?? event.startedAt))
    }
    const place = annotatedPlace(event.annotations) ?? this.#setup.placeOf(event.runId)
    state.close(event.runId, status, event.durationMs, () => place)
    this.#setup.pump.push(state)
  }

  #remove(task: string): void {
    const state = this.#states.get(task)
    if (!state) return
    this.#states.delete(task)
    this.#slugs.delete(state.monitor.slug)
    state.closeAll()
    if (state.waits) this.#setup.pump.push(state)
  }

  /** Asked each time: the app may initialise Sentry after it has registered its tasks. */
  #isActive(): boolean {
    const options = this.#setup.client()?.getOptions()
    if (!options) return false
    const { dsn, enabled, environment } = options as { dsn?: string; enabled?: boolean; environment?: string }
    // The SDK leaves it out where it is not set, and the server then takes it for production.
    return Boolean(dsn) && enabled !== false && this.#setup.environments.includes(environment ?? 'production')
  }

  #tellUnsaid(): void {
    if (this.#unsaid.size === 0) return
    const names = [...this.#unsaid].slice(0, 3).join(', ')
    const more = this.#unsaid.size > 3 ? ` and ${this.#unsaid.size - 3} more` : ''
    this.#unsaid.clear()
    this.#setup.onWarning(
      `No Sentry monitor for ${names}${more}: give \`sentryObserver\` the number of \`replicas\` ` +
        "(1 for a single process), or the tasks `scope: 'service'`.",
    )
  }
}

/** What a run says about its monitor; nothing, where it was cancelled and something else will say it soon. */
function statusOf(event: RunEnded, { periodMs }: Monitor): 'ok' | 'error' | undefined {
  if (event.outcome === 'succeeded') return 'ok'
  if (event.outcome !== 'cancelled') return 'error'
  // A daily run that a deploy has cut is not made up for: the next one is a day away.
  return event.abortedFor === 'shutdown' && periodMs >= longPeriodMs ? 'error' : undefined
}
