import { every } from '@runwell/core'
import { startReplica } from './start-replica.ts'

const isFirst = process.env['VERSION'] === '1'

await startReplica('lossy-deploy', (supervisor) => {
  supervisor.register({
    name: 'kept',
    schedule: every('1s', { immediate: true }),
    run: ({ sleep }) => sleep('10ms'),
  })
  if (!isFirst) return
  supervisor.register({
    name: 'lost',
    schedule: every('1s', { immediate: true }),
    run: ({ sleep }) => sleep('10ms'),
  })
  supervisor.register({
    name: 'ignores-abort',
    schedule: every('1h', { immediate: true }),
    abortGrace: '30s',
    run: () => new Promise(() => undefined),
  })
})
