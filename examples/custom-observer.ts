// How do I send events to my own backend?
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Observer } from '@runwell/core'
import { every, Supervisor } from '@runwell/core'

const requestId = new AsyncLocalStorage<string>()

/**
 * Counts the outcomes of runs, and gives each run its own context. An error in an observer does not affect the runs.
 */
function statsObserver(send: (line: string) => void): Observer {
  const counts = new Map<string, number>()
  return {
    name: 'stats',
    onEvent(event) {
      if (event.type !== 'run.ended') return
      const key = `${event.task} ${event.outcome}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    // Runs code around each run, for example to open a span or to set the context of a logger.
    aroundRun({ runId, annotate }, next) {
      annotate({ request_id: `r-${runId}` }) // every later event of this run contains this annotation
      return requestId.run(`r-${runId}`, next)
    },
    // `stop()` calls this after the last event. Send here what the observer has buffered.
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
