import type { DiscoveryService } from '@nestjs/core'
import type { Supervisor } from '@runwell/core'
import { aText, check } from '@runwell/core/adapter'

/** The result of a health check of Terminus. */
export type RunwellHealthResult<Key extends string = string> = {
  readonly [name in Key]: { readonly status: 'up' | 'down' } & Readonly<Record<string, unknown>>
}

interface SessionLike {
  degraded?(details: Readonly<Record<string, unknown>>): unknown
}

/**
 * Health checks for `@nestjs/terminus`.
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
   * Returns `down` while a critical task is unhealthy. The result lists all degraded and unhealthy tasks with
   * reasons.
   * Use this method for dashboards and alerts. For a probe that restarts the process, use {@link
   * RunwellHealthIndicator.isLive}.
   *
   * While the supervisor is degraded, Terminus 12 reports `degraded` and still responds with 200. Terminus 11 and
   * older versions report `up`.
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

  /** Returns `down` if the process must be restarted, like `/livez`. */
  isLive<const Key extends string = 'runwell'>(key: Key = 'runwell' as Key): RunwellHealthResult<Key> {
    const { ok, reasons } = this.#supervisor.live()
    return resultOf(key, ok, { reasons })
  }

  /**
   * Returns `down` if the process must not get requests, like `/readyz`. This is the case:
   *
   * - until the supervisor has started and the tasks that gate readiness are ready
   * - from the moment when the supervisor begins to stop
   * - while a fleet with `gatesReadiness` is down
   */
  isReady<const Key extends string = 'runwell'>(key: Key = 'runwell' as Key): RunwellHealthResult<Key> {
    const { ok, reasons } = this.#supervisor.ready()
    return resultOf(key, ok, { reasons })
  }

  /** `undefined` before Terminus 11. */
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
