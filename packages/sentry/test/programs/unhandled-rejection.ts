import { manual, Supervisor } from '@runwell/core'
import * as Sentry11 from '@sentry/node'
import * as Sentry10 from '@sentry/node-v10'
import { sentryObserver } from '../../src/index.ts'

/**
 * Three runs fail. One has an unhandled rejection before it fails, one after it has failed, and one throws a string.
 * Arguments: the version of Sentry, the DSN.
 */
const [version, dsn = ''] = process.argv.slice(2)
const Sentry = version === '10' ? Sentry10 : Sentry11
Sentry.init({ dsn })

const supervisor = new Supervisor({ observers: [sentryObserver(Sentry)] })
const pause = () => new Promise((resolve) => setTimeout(resolve, 20))
const before = supervisor.register({
  name: 'before',
  schedule: manual(),
  run: async () => {
    const error = new Error('seen before')
    void Promise.reject(error)
    await pause()
    throw error
  },
})
const after = supervisor.register({
  name: 'after',
  schedule: manual(),
  run: () => {
    const error = new Error('seen after')
    setTimeout(() => void Promise.reject(error), 5)
    throw error
  },
})
const text = supervisor.register({
  name: 'text',
  schedule: manual(),
  run: () => {
    throw 'only a text'
  },
})
await supervisor.start()
await before.trigger()
await after.trigger()
await text.trigger()
await pause()
await supervisor.stop()
process.exit(0)
