/**
 * Imports core for the first time inside the Sentry scope of a request. Arguments: the set-up and the DSN.
 */
import type * as SentryNode from '@sentry/node'
import { type SetupName, setUp } from './setups.ts'

const [name, dsn = ''] = process.argv.slice(2)
const { Sentry } = await setUp(name as SetupName, dsn)
const app = Sentry as unknown as typeof SentryNode

const { core, sentryObserver } = await app.withIsolationScope(async () => {
  app.setUser({ email: 'alice@example.com' })
  app.setTag('request', 'of alice')
  app.addBreadcrumb({ message: 'alice logged in' })
  const core = await import('@runwell/core')
  const { sentryObserver } = await import('../../src/index.ts')
  return { core, sentryObserver }
})

const observed = sentryObserver(Sentry)
const supervisor = new core.Supervisor({ observers: [observed] })
supervisor.register({
  name: 'mail',
  schedule: core.every('1h', { immediate: true }),
  run: async () => {
    await Promise.resolve()
    app.captureException(new Error('noticed'))
    throw new Error('failed')
  },
})
await supervisor.start()
await new Promise((resolve) => setTimeout(resolve, 100))
await supervisor.stop()
process.stdout.write('done', () => process.exit(0))
