// How does a bot keep its WebSocket, through outages and silent connections, without its own timers?
import { always, backoff, every, loop, rules, Supervisor } from '@runwell/core'
import { WebSocket, WebSocketServer } from 'ws'

// A gateway that sends a heartbeat every 200 ms. Real gateways send heartbeats less often.
function startGateway(port = 0) {
  const server = new WebSocketServer({ port, host: '127.0.0.1' })
  const state = { isSilent: false }
  server.on('connection', (client) => {
    const beat = setInterval(() => state.isSilent || client.send('heartbeat'), 200)
    client.on('close', () => clearInterval(beat))
    client.on('message', (text) => console.log(`gateway: received '${text}'`))
  })
  const stop = () => {
    for (const client of server.clients) client.terminate()
    server.close()
  }
  return { state, stop, port: () => (server.address() as { port: number }).port }
}

let gateway = startGateway()
await new Promise((resolve) => setTimeout(resolve, 50))
const port = gateway.port()

let socket: WebSocket | undefined

const supervisor = new Supervisor() // without options, it prints failures and recoveries
supervisor.register({
  name: 'bot.gateway',
  priority: 'critical',
  schedule: loop({ ready: true }),
  // A real bot can use exponential({ max: '30s' }). With the default budget, it then survives an outage of two
  // minutes without being parked.
  restart: always({
    backoff: backoff.exponential({ initial: '100ms', max: '500ms' }),
    budget: { restarts: 200, within: '2m' },
  }),
  // If three heartbeats in a row are missing, Runwell restarts the loop. A real limit is about '90s'.
  health: { add: [rules.hung({ limit: '600ms', restarts: true })] },
  run: async ({ signal, ready, beat }) => {
    const connection = new WebSocket(`ws://127.0.0.1:${port}`)
    socket = connection
    await new Promise<void>((resolve, reject) => {
      connection.onopen = () => ready()
      connection.onmessage = () => beat()
      connection.onerror = ({ error }) => reject(error)
      connection.onclose = ({ code }) =>
        reject(new Error(`The gateway closed the connection with code ${code}`))
      signal.addEventListener('abort', () => resolve(), { once: true })
    }).finally(() => connection.terminate())
  },
})

// While the gateway is down, Runwell skips the slots of this task, so the task does not fail.
supervisor.register({
  name: 'bot.announce',
  schedule: every('500ms', { immediate: true }),
  enabled: () => socket?.readyState === WebSocket.OPEN,
  dependsOn: ['bot.gateway'], // this task stops before bot.gateway closes the connection
  run: () => socket?.send('still here'),
})

await supervisor.start()
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

await wait(1_500)
console.log('--- the gateway is down for a second')
gateway.stop()
await wait(1_000)
gateway = startGateway(port)

await wait(1_500)
console.log('--- the connection stays open, but falls silent')
gateway.state.isSilent = true
await wait(1_200)
gateway.state.isSilent = false

await wait(2_000)
console.log('--- connected:', socket?.readyState === WebSocket.OPEN)
await supervisor.stop()
gateway.stop()
