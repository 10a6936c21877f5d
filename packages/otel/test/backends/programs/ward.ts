// Version 1 has a task that version 2 lacks, and one that ignores its abort signal when the process stops.
import { every } from '@runwell/core'
import { startPod } from './pod.ts'

const isFirst = process.env['VERSION'] === '1'

await startPod('ward', (supervisor) => {
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
    name: 'deaf',
    schedule: every('1h', { immediate: true }),
    abortGrace: '30s',
    run: () => new Promise(() => undefined),
  })
})
