import type { Priority, Scope } from '@runwell/core'
import type { MetricName } from '../../src/metrics/table.ts'
import type { Series, Stretch } from './case.ts'

export interface ReplicaOptions {
  readonly instance?: string
  readonly task?: string
  readonly priority?: Priority
  readonly scope?: Scope
  readonly kind?: string
  readonly runbook?: string
  /** Seconds between two slots. */
  readonly period?: number
  /** The samples of `runwell.supervisor.up`. In their gaps, the process does not exist. */
  readonly life: readonly Stretch[]
}

export class Replica {
  readonly #options: ReplicaOptions
  readonly #own: Readonly<Record<string, string>>

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.#own = { job: 'shop', instance: options.instance ?? 'a' }
  }

  series(): Series[] {
    const { life, period, priority = 'high', scope = 'instance', kind = 'every', runbook } = this.#options
    const labels = {
      runwell_task_owner: 'orders',
      runwell_task_category: 'default',
      runwell_task_priority: priority,
      runwell_task_scope: scope,
      runwell_task_schedule_kind: kind,
      ...(runbook === undefined ? {} : { runwell_task_runbook: runbook }),
    }
    const times = (factor: number) =>
      life.map(([value, count]): Stretch => [value === undefined ? undefined : value * factor, count])
    return [
      { metric: 'runwell.supervisor.up', labels: this.#own, samples: times(1) },
      this.emitted('runwell.task.registered', life),
      this.emitted('runwell.task.info', life, labels),
      ...(period === undefined ? [] : [this.emitted('runwell.task.schedule.interval', times(period))]),
    ]
  }

  emitted(
    metric: MetricName,
    samples: readonly Stretch[],
    labels: Readonly<Record<string, string>> = {},
  ): Series {
    const task = { runwell_task_name: this.#options.task ?? 'orders.import' }
    return { metric, labels: { ...this.#own, ...task, ...labels }, samples }
  }

  emittedBySupervisor(metric: MetricName, samples: readonly Stretch[]): Series {
    return { metric, labels: this.#own, samples }
  }

  status(state: string, samples: readonly Stretch[]): Series {
    return this.emitted('runwell.task.status', samples, { runwell_task_state: state })
  }

  health(state: string, samples: readonly Stretch[]): Series {
    return this.emitted('runwell.task.health', samples, { runwell_task_health_state: state })
  }

  runs(result: string, samples: readonly Stretch[]): Series {
    return this.emitted('runwell.task.runs', samples, { runwell_task_run_result: result })
  }
}
