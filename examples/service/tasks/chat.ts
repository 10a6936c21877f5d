import { always, backoff, loop, type RunContext, type Supervisor } from '@runwell/core'
import { listenToGateway } from './gateway-client.ts'
import type { Parts } from './parts.ts'

export function registerChat(supervisor: Supervisor, { gateway }: Parts): void {
  const chat = supervisor.owner('chat')

  // The loop is restarted about 15 times a minute, so its restart budget is larger than the default.
  chat.register({
    name: 'chat.live',
    category: 'gateway',
    priority: 'critical',
    schedule: loop({ ready: true }),
    restart: always({
      backoff: backoff.exponential({ initial: '250ms', max: '2s' }),
      stableAfter: '2s',
      budget: { restarts: 60, within: '1m' },
    }),
    run: (context) => converse(`${gateway}/live`, context),
  })

  // The gateway of this task was switched off, so the task is parked after five restarts.
  chat.register({
    name: 'chat.legacy',
    category: 'gateway',
    priority: 'low',
    schedule: loop({ ready: true }),
    restart: always({
      backoff: backoff.exponential({ initial: '300ms', max: '1500ms' }),
      budget: { restarts: 5, within: '1m' },
      park: { first: '20s', max: '2m' },
    }),
    run: (context) => converse(`${gateway}/legacy`, context),
  })
}

async function converse(url: string, { signal, beat, ready, unit }: RunContext): Promise<void> {
  await listenToGateway(url, signal, async ({ type }) => {
    beat(type)
    if (type === 'hello') ready()
    else await unit('message', () => new Promise((resolve) => setImmediate(resolve)))
  })
}
