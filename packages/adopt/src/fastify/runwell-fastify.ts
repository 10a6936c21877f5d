import type { StopOptions, Supervisor } from '@runwell/core'
import { anObject, anything, checkOptions, type OptionTable, trueOrFalse } from '@runwell/core/adapter'
import type { FastifyInstance } from 'fastify'
import { aPrefix, prefixOf } from '../base/a-prefix.ts'
import { stopWith } from '../base/lifecycle.ts'
import { probeResponses } from '../base/probe-response.ts'

/** Options of {@link runwellFastify}. */
export interface RunwellFastifyOptions {
  /** The supervisor that starts and stops with Fastify. */
  readonly supervisor: Supervisor
  /**
   * Prefix of the probe paths. With `/health`, the paths are `/health/livez`, `/health/readyz` and
   * `/health/startupz`. @defaultValue no prefix
   */
  readonly prefix?: string | undefined
  /** Whether to add the routes `/livez`, `/readyz` and `/startupz`. @defaultValue `true` */
  readonly probes?: boolean | undefined
  /** Options for `supervisor.stop()` when Fastify closes. */
  readonly stop?: StopOptions | undefined
}

const table: OptionTable<RunwellFastifyOptions> = {
  supervisor: anything, // `probeHandler` checks it
  prefix: aPrefix,
  probes: trueOrFalse,
  stop: anObject,
}

/**
 * A plugin for Fastify 5 that serves probes. The supervisor starts when Fastify gets ready, and stops when Fastify
 * closes.
 *
 * Register this plugin after the plugins that tasks use. Fastify closes plugins in reverse order, so the supervisor
 * then stops first. If an option is invalid, Fastify does not start, and reports an {@link InvalidOptionError}.
 *
 * @example fastify.register(runwellFastify, { supervisor })
 */
export function runwellFastify(
  fastify: FastifyInstance,
  options: RunwellFastifyOptions,
  done: (error?: Error) => void,
): void {
  // Fastify reports an error passed to `done`, but not a thrown error.
  try {
    plugIn(fastify, options)
    done()
  } catch (error) {
    done(error as Error)
  }
}

/**
 * Without `skip-override`, Fastify would add the hooks and routes to a child instance, and not to the application.
 */
Object.assign(runwellFastify, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'runwell',
  [Symbol.for('plugin-meta')]: { name: 'runwell', fastify: '5.x' },
})

function plugIn(fastify: FastifyInstance, options: RunwellFastifyOptions): void {
  checkOptions('runwellFastify', options, table)
  const { supervisor, probes = true, stop } = options
  const prefix = prefixOf(options.prefix)
  const respond = probeResponses(supervisor)
  for (const path of probes ? ['/livez', '/readyz', '/startupz'] : []) {
    // Kubernetes sends a probe every few seconds. A log line for each probe would hide other log lines.
    fastify.get(`${prefix}${path}`, { logLevel: 'warn' }, (request, reply) => {
      const probe = respond(request.method, path)
      return probe ? reply.code(probe.status).headers(probe.headers).send(probe.body) : reply.callNotFound()
    })
  }
  fastify.addHook('onReady', () => supervisor.start())
  fastify.addHook('onClose', async () => void (await stopWith(supervisor, stop)))
}
