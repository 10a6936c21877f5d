import type { Outcome, SupervisorEvent } from '@runwell/core'
import { resultOf } from '../base/run-result.ts'
import type { SentryLike } from '../sdk/sentry-like.ts'

/**
 * Counts runs and restarts, and sends the counts at each monitor tick and at the stop. Does not send a metric after
 * each run, because that takes longer than most runs.
 */
export class Metrics {
  readonly #sentry: SentryLike
  readonly #runs = new Map<Outcome, number>()
  #restarts = 0

  constructor(sentry: SentryLike) {
    this.#sentry = sentry
  }

  onEvent(event: SupervisorEvent): void {
    if (event.type === 'run.ended') this.#runs.set(event.outcome, (this.#runs.get(event.outcome) ?? 0) + 1)
    else if (event.type === 'restart.scheduled') this.#restarts += 1
    else if (event.type === 'monitor.ticked') {
      this.flush()
      this.#gauges('runwell.tasks', 'runwell.task.state', event.byState)
      this.#gauges('runwell.tasks.health', 'runwell.task.health.state', event.byHealth)
    }
  }

  flush(): void {
    const { metrics } = this.#sentry
    for (const [outcome, count] of this.#runs) {
      const attributes = { 'runwell.task.run.result': resultOf[outcome] }
      metrics?.count('runwell.task.runs', count, { attributes, unit: 'run' })
    }
    if (this.#restarts > 0)
      metrics?.count('runwell.task.restarts', this.#restarts, { attributes: {}, unit: 'restart' })
    this.#runs.clear()
    this.#restarts = 0
  }

  #gauges(name: string, attribute: string, counts: Readonly<Record<string, number>>): void {
    for (const [value, count] of Object.entries(counts)) {
      if (count > 0)
        this.#sentry.metrics?.gauge(name, count, { attributes: { [attribute]: value }, unit: 'task' })
    }
  }
}
