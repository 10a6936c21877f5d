// How do I send what happens to a place of my own?
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Observer } from '@runwell/core'
import { every, Supervisor } from '@runwell/core'

const requestId = new AsyncLocalStorage<string>()

/** Counts how runs end, and gives each run a context of its own. Whatever it throws, no run is harmed. */
function statsObserver(send: (line: string) => void): Observer {
  const counts = new Map<string, number>()
  return {
    name: 'stats',
    onEvent(event) {
      if (event.type !== 'run.ended') return
      const key = `${event.task} ${event.outcome}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    // For what has to be *around* the run: an active span, an isolation scope, a logger's context.
    aroundRun({ runId, annotate }, next) {
      annotate({ request_id: `r-${runId}` }) // rides on every later event of this run
      return requestId.run(`r-${runId}`, next)
    },
    // Called in stop(), after the last event: send what is buffered.
    flush() {
      for (const [key, count] of counts) send(`${key}: ${count}`)
    },
  }
}

const supervisor = new Supervisor({ observers: [statsObserver(console.log)] })

let polls = 0
supervisor.register({
  name: 'feed.poll',
  schedule: every('200ms', { immediate: true }),
  run: async () => {
    polls += 1
    console.log('poll', polls, 'knows its request:', requestId.getStore() !== undefined)
    if (polls % 3 === 0) throw new Error('every third poll fails')
  },
})

await supervisor.start()
setTimeout(() => void supervisor.stop(), 1_000)
