// How do Kubernetes and people check the health of a process?
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { every, loop, probeHandler, Supervisor } from '@runwell/core'

const supervisor = new Supervisor({ observers: [] })
let isUpstreamDown = true

supervisor.register({
  name: 'gateway',
  priority: 'critical',
  schedule: loop({ ready: true }), // `/readyz` returns 503 until the task calls `ready()`
  run: async ({ ready, sleep }) => {
    await sleep('500ms')
    ready()
    await sleep('1d')
  },
})
supervisor.register({
  name: 'feed.poll',
  priority: 'critical',
  schedule: every('100ms', { immediate: true }),
  run: () => {
    if (isUpstreamDown) throw new Error('upstream is down')
  },
})

const probes = probeHandler(supervisor)
const server = createServer((request, response) => {
  if (probes(request, response)) return // answers /livez, /readyz and /startupz
  const { health, tasks } = supervisor.report()
  const reasons = tasks.flatMap((task) => task.health.reasons.map(({ reason }) => `${task.name}: ${reason}`))
  response.end(JSON.stringify({ health, reasons }))
})
const { port } = server.listen(0).address() as AddressInfo

async function ask(path: string): Promise<void> {
  const response = await fetch(`http://localhost:${port}${path}`)
  console.log(path, response.status, await response.text())
}

await supervisor.start()
await ask('/readyz') // 503: the gateway is not up yet
await new Promise((resolve) => setTimeout(resolve, 700))
await ask('/readyz') // 200 from now on, although the upstream is down: a broken upstream must not block a rollout
await ask('/livez') // 200, because a restart of the process would not help
await ask('/') // unhealthy, with reasons: use this for alerts
isUpstreamDown = false
await new Promise((resolve) => setTimeout(resolve, 700))
await ask('/')
await supervisor.stop()
server.close()
