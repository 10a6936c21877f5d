// How do failures of background work reach Sentry, and how does Sentry notice a task that does not run?
import { every, handleSignals, loop, Supervisor } from '@runwell/core'
import { sentryObserver } from '@runwell/sentry'
import * as Sentry from '@sentry/node'
import { SentryReceiver } from './service/receivers/sentry-receiver.ts'

const standIn = await SentryReceiver.start() // replaces Sentry if SENTRY_DSN is not set
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
    Sentry.setTag('customer', 'c-17') // only this run has the tag, because each run has its own scope
    Sentry.addBreadcrumb({ message: 'asked the mail server for a connection' })
    await sleep('20ms')
    throw new Error('The mail server is away') // fails every 500 ms, but creates only one issue in Sentry
  },
})
supervisor.register({
  name: 'gateway',
  priority: 'critical',
  schedule: loop(),
  restart: 'never', // Runwell does not restart this loop after its first failure
  run: () => {
    throw new Error('The gateway has refused the token')
  },
})
supervisor.register({
  name: 'reports.nightly',
  schedule: every('1d', { immediate: true }),
  run: ({ sleep }) => sleep('100ms'), // its monitor in Sentry receives each run, and reports a missing run
})

process.on('exit', () => {
  for (const { title, count, tags } of standIn.store.issues) {
    console.log(`issue    ${title} (${count}×, ${tags.get('runwell.kind')} of ${tags.get('runwell.task')})`)
  }
  console.log(`check-ins: ${standIn.items.get('check_in') ?? 0}`)
})
handleSignals(supervisor) // before the process exits, the observer sends everything, if the deadline allows it
await supervisor.start()
setTimeout(() => process.kill(process.pid, 'SIGTERM'), 3_500)
