import type { DiscoveryService } from '@nestjs/core'
import type { Supervisor } from '@runwell/core'
import { aText, check } from '@runwell/core/adapter'

/** The result of one check of Terminus. The own type of Terminus differs: version 11 does not know `degraded`. */
export type RunwellHealthResult<Key extends string = string> = {
  readonly [name in Key]: { readonly status: 'up' | 'down' } & Readonly<Record<string, unknown>>
}

interface SessionLike {
  degraded?(details: Readonly<Record<string, unknown>>): unknown
}

/**
 * Health checks for `@nestjs/terminus`. Their results have the shape that Terminus expects. The class does not import
 * that package.
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
   * The status is `down` while a critical task is unhealthy. The result names all degraded and unhealthy tasks, with
   * the reasons. Use this check for dashboards and alerts. For a probe that restarts the process, use {@link
   * RunwellHealthIndicator.isLive}.
   *
   * If no critical task is unhealthy, but any task is degraded or unhealthy, the status is `degraded` with Terminus 12,
   * which still responds with 200. Older versions of Terminus know only up and down, so there the status is `up`.
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

  /** The status is `down` if the process must be restarted. Says the same as `/livez`. */
  isLive<const Key extends string = 'runwell'>(key: Key = 'runwell' as Key): RunwellHealthResult<Key> {
    const { ok, reasons } = this.#supervisor.live()
    return resultOf(key, ok, { reasons })
  }

  /**
   * The status is `down` until all tasks that gate readiness are ready, and again when the supervisor begins to stop.
   * It is also `down` while a fleet with `gatesReadiness` cannot reach its store. Says the same as `/readyz`.
   */
  isReady<const Key extends string = 'runwell'>(key: Key = 'runwell' as Key): RunwellHealthResult<Key> {
    const { ok, reasons } = this.#supervisor.ready()
    return resultOf(key, ok, { reasons })
  }

  /** Begins a check of Terminus. `undefined` with versions before 11, which have no `HealthIndicatorService`. */
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
