// One of five replicas. It is healthy unless `CRASHES` is set. Alerts about its tasks page, because of their
// priorities.
import { every, loop } from '@runwell/core'
import { startReplica } from './start-replica.ts'

const isLeader = process.env['REPLICA'] === 'replica-1'

await startReplica('fleet', (supervisor) => {
  supervisor.register({
    name: 'orders.import',
    priority: 'high',
    schedule: every('1s', { immediate: true }),
    timeout: '1s',
    slo: { target: 0.99 },
    run: ({ sleep }) => sleep('50ms'),
  })
  supervisor.register({
    name: 'mails.digest',
    priority: 'high',
    scope: 'service',
    schedule: every('6s', { immediate: true }),
    run: ({ sleep }) => sleep('300ms'),
  })
  supervisor.register({
    name: 'reports.nightly',
    priority: 'critical',
    scope: 'service',
    schedule: every('1d'),
    run: ({ sleep }) => sleep('1s'),
  })
  supervisor.register({
    name: 'prices.lead',
    priority: 'high',
    scope: 'service',
    schedule: every('2s'),
    enabled: () => isLeader,
    run: ({ sleep }) => sleep('20ms'),
  })
  supervisor.register({
    name: 'stock.listen',
    priority: 'critical',
    schedule: loop({ ready: true }),
    run: async (context) => {
      context.ready()
      while (!context.aborted) {
        context.beat()
        await context.sleep('500ms')
      }
    },
  })
})
