import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { backoff, every, handleSignals, loop, Supervisor } from '@runwell/core'

let asked = 0 // a fake upstream that answers every third request with an error
const upstream = createServer((_, answer) => answer.writeHead(++asked % 3 ? 200 : 503).end(`news ${asked}`))
const { port } = upstream.listen(0).address() as AddressInfo

const supervisor = new Supervisor()
const news: string[] = []
function* arrived() {
  while (news.length > 0) yield news.shift()
}

supervisor.register({
  name: 'news.poll',
  schedule: every('500ms', { immediate: true }),
  retry: { times: 1, backoff: backoff.fixed('50ms') },
  run: async ({ signal }) => {
    const response = await fetch(`http://localhost:${port}`, { signal })
    if (!response.ok) throw new Error(`Upstream answered ${response.status}`)
    news.push(await response.text())
  },
})
supervisor.register({
  name: 'news.print',
  schedule: loop(), // meant to run forever: restarted with backoff when it ends
  priority: 'high', // stopped after the tasks that feed it
  run: async ({ signal, sleep, each }) => {
    while (!signal.aborted) {
      await each(arrived(), (item) => console.log(item)) // goes on after an item that fails
      await sleep('100ms')
    }
  },
})

handleSignals(supervisor, { before: () => upstream.close() }) // SIGTERM: stop in order, then exit
await supervisor.start()
setTimeout(() => process.kill(process.pid, 'SIGTERM'), 3_000) // as a deploy does
