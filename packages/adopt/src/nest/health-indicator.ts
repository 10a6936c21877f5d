import type { DiscoveryService } from '@nestjs/core'
import type { Supervisor } from '@runwell/core'
import { aText, check } from '@runwell/core/adapter'

/** The result of one check of Terminus. The types differ between versions: 11 does not know `degraded`. */
export type RunwellHealthResult<Key extends string = string> = {
  readonly [name in Key]: { readonly status: 'up' | 'down' } & Readonly<Record<string, unknown>>
}

/** The used part of a check of Terminus. */
interface SessionLike {
  degraded?(details: Readonly<Record<string, unknown>>): unknown
}

/**
 * Checks for `@nestjs/terminus`. It works without that package: its results only have the shape that Terminus expects.
 *
 * @example health.check([() => runwell.isHealthy('tasks')])
 */
export class RunwellHealthIndicator {
  readonly #supervisor: Supervisor
  readonly #discovery: DiscoveryService

  /** @internal */
  constructor(supervisor: Supervisor, discovery: DiscoveryService) {
    this.#supervisor = supervisor
    this.#discovery = discovery
  }

  /**
   * Down while the process is unhealthy, which means that a critical task is unhealthy. The result names the tasks and
   * the reasons. Use this check for dashboards and alerts. For a probe that restarts the process use
   * {@link RunwellHealthIndicator.isLive}.
   *
   * If the process is not unhealthy, but any task is degraded or unhealthy, the status is `degraded` with Terminus 12,
   * which still responds with 200. Older versions know only up and down, so there the status is `up`.
   */
  isHealthy<const Key extends string = 'runwell'>(key: Key = 'runwell' as Key): RunwellHealthResult<Key> {
    const { health, tasks } = this.#supervisor.report()
    const unwell = tasks.filter((task) => ['degraded', 'unhealthy'].includes(task.health.status))
    const details = {
      health,
      ...(unwell.length > 0 && {
        tasks: Object.fromEntries(
          unwell.map(({ name, health: { reasons } }) => [name, reasons.map(({ reason }) => reason)]),
        ),
      }),
    }
    if (health === 'degraded') {
      const degraded = this.#session(check('key', key, aText))?.degraded?.(details)
      if (degraded !== undefined) return degraded as RunwellHealthResult<Key>
    }
    return resultOf(key, health !== 'unhealthy', details)
  }

  /** Down if the process has to be restarted, as `/livez`. */
  isLive<const Key extends string = 'runwell'>(key: Key = 'runwell' as Key): RunwellHealthResult<Key> {
    const { ok, reasons } = this.#supervisor.live()
    return resultOf(key, ok, { reasons })
  }

  /**
   * As `/readyz`: down until all tasks that gate readiness are ready, and from the beginning of the stop. Also down
   * while a fleet with `gatesReadiness` cannot reach its store.
   */
  isReady<const Key extends string = 'runwell'>(key: Key = 'runwell' as Key): RunwellHealthResult<Key> {
    const { ok, reasons } = this.#supervisor.ready()
    return resultOf(key, ok, { reasons })
  }

  /** Begins a check of Terminus; `undefined` with versions before 11, because they have no service for that. */
  #session(key: string): SessionLike | undefined {
    const service = this.#discovery.getProviders().find(({ name }) => name === 'HealthIndicatorService')
    return (service?.instance as { check(key: string): SessionLike } | undefined)?.check(key)
  }
}

function resultOf<Key extends string>(
  key: Key,
  isUp: boolean,
  details: Readonly<Record<string, unknown>>,
): RunwellHealthResult<Key> {
  const result = { [check('key', key, aText)]: { status: isUp ? 'up' : 'down', ...details } }
  return result as RunwellHealthResult<Key>
}
