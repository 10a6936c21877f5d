// What happens to a loop that keeps failing?
import { always, backoff, loop, Supervisor } from '@runwell/core'

const started = Date.now()
let isBroken = true
const supervisor = new Supervisor({
  observers: [
    {
      name: 'print',
      onEvent(event) {
        const at = `${Date.now() - started} ms`.padStart(8)
        if (event.type === 'run.started') console.log(at, `generation ${event.generation} (${event.trigger})`)
        if (event.type === 'restart.scheduled')
          console.log(at, `${event.cause}, restart in ${Math.round(event.delayMs)} ms`)
        if (event.type === 'task.parked')
          console.log(at, `parked, trial in ${Math.round(event.trialAt - event.at)} ms`)
        if (event.type === 'health.changed') console.log(at, `${event.from} → ${event.to}`)
      },
    },
  ],
})

supervisor.register({
  name: 'gateway.listen',
  schedule: loop(),
  // These times are short for this example. By default, the backoff is 1 s to 60 s, and the budget is 10 restarts in
  // 10 min. A parked loop is retried after 1 min. Later, this wait grows to 15 min.
  restart: always({
    backoff: backoff.exponential({ initial: '50ms', max: '200ms' }),
    budget: { restarts: 4, within: '2s' },
    stableAfter: '500ms',
    park: { first: '500ms' },
  }),
  run: async ({ sleep }) => {
    await sleep('20ms')
    if (isBroken) throw new Error('connection refused')
    await sleep('1d')
  },
})

console.log(supervisor.explain('gateway.listen').text.split('\n', 2).join('\n'))
await supervisor.start()
setTimeout(() => {
  isBroken = false
}, 1_000)
setTimeout(() => void supervisor.stop(), 4_000)
