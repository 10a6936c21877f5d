import { every, handleSignals, Supervisor } from '@runwell/core'

const supervisor = new Supervisor()
supervisor.register({
  name: 'feed.poll',
  schedule: every('30s', { immediate: true }),
  timeout: '10s',
  run: async ({ signal }) => {
    const response = await fetch(process.env['FEED_URL'] ?? 'https://example.com/feed', { signal })
    if (!response.ok) throw new Error(`The feed answered ${response.status}`)
  },
})
handleSignals(supervisor) // SIGTERM and SIGINT stop all tasks in order
await supervisor.start()
