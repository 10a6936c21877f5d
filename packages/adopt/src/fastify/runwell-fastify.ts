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
  /** Added before the paths of the probes. `/health` serves `/health/livez`. @defaultValue no prefix */
  readonly prefix?: string | undefined
  /** Whether to add the routes `/livez`, `/readyz` and `/startupz`. @defaultValue `true` */
  readonly probes?: boolean | undefined
  /** Options for `supervisor.stop()`, which is called when Fastify closes. */
  readonly stop?: StopOptions | undefined
}

const table: OptionTable<RunwellFastifyOptions> = {
  supervisor: anything, // `probeHandler` checks it
  prefix: aPrefix,
  probes: trueOrFalse,
  stop: anObject,
}

/**
 * A plugin for Fastify 5. Starts the supervisor when Fastify gets ready, stops it when Fastify closes, and adds routes
 * for the probes. Fastify closes the plugins in reverse order. So register this plugin after the plugins that tasks
 * use.
 *
 * With invalid options, Fastify does not start, and reports an {@link InvalidOptionError}.
 * @example fastify.register(runwellFastify, { supervisor })
 */
export function runwellFastify(
  fastify: FastifyInstance,
  options: RunwellFastifyOptions,
  done: (error?: Error) => void,
): void {
  // Fastify reports an error that a plugin passes to `done`, but not one that it throws.
  try {
    plugIn(fastify, options)
    done()
  } catch (error) {
    done(error as Error)
  }
}

/**
 * Sets the same properties as `fastify-plugin`. Hooks and routes then belong to the instance on which the plugin is
 * registered. Without `skip-override`, Fastify would create a child instance for them.
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
    // Kubernetes sends a probe every few seconds. A log line for each of them would hide other log lines.
    fastify.get(`${prefix}${path}`, { logLevel: 'warn' }, (request, reply) => {
      const probe = respond(request.method, path)
      return probe ? reply.code(probe.status).headers(probe.headers).send(probe.body) : reply.callNotFound()
    })
  }
  fastify.addHook('onReady', () => supervisor.start())
  fastify.addHook('onClose', async () => void (await stopWith(supervisor, stop)))
}
