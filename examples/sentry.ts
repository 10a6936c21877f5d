// How do failures of background work reach Sentry, and how does Sentry notice a task that does not run?
import { every, handleSignals, loop, Supervisor } from '@runwell/core'
import { sentryObserver } from '@runwell/sentry'
import * as Sentry from '@sentry/node'
import { SentryReceiver } from './service/receivers/sentry-receiver.ts'

const standIn = await SentryReceiver.start() // takes what Sentry would, where SENTRY_DSN names no project
Sentry.init({ dsn: process.env['SENTRY_DSN'] ?? standIn.dsn, environment: 'production' })

const supervisor = new Supervisor({
  observers: [sentryObserver(Sentry, { crons: 'scheduled', replicas: 1 })],
})

supervisor.register({
  name: 'invoices.send',
  owner: 'billing',
  priority: 'high',
  schedule: every('500ms', { immediate: true }),
  run: async ({ sleep }) => {
    Sentry.setTag('customer', 'c-17') // stays with this run: the next one has a scope of its own
    Sentry.addBreadcrumb({ message: 'asked the mail server for a connection' })
    await sleep('20ms')
    throw new Error('The mail server is away') // every 500 ms: one issue and not seven events
  },
})
supervisor.register({
  name: 'gateway',
  priority: 'critical',
  schedule: loop(),
  restart: 'never', // so that it is gone with its first failure
  run: () => {
    throw new Error('The gateway has refused the token')
  },
})
supervisor.register({
  name: 'reports.nightly',
  schedule: every('1d', { immediate: true }),
  run: ({ sleep }) => sleep('100ms'), // a monitor hears of each run, and misses the one that does not come
})

process.on('exit', () => {
  for (const { title, count, tags } of standIn.store.issues) {
    console.log(`issue    ${title} (${count}×, ${tags.get('runwell.kind')} of ${tags.get('runwell.task')})`)
  }
  console.log(`monitors heard of ${standIn.items.get('check_in') ?? 0} runs`)
})
handleSignals(supervisor) // everything has left the process before it exits
await supervisor.start()
setTimeout(() => process.kill(process.pid, 'SIGTERM'), 3_500)
