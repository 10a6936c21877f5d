import { transformSync } from 'esbuild'
import { expect, it } from 'vitest'
import * as core from '../../packages/core/src/index.ts'
import { recordEvents, VirtualClock } from '../../packages/core/src/testing/index.ts'
import { samplesOf } from '../docs/samples.ts'

type Handler = (event: { readonly code: number; readonly error?: Error }) => void

class Gateway {
  isDown = false
  isSilent = false
  readonly #clock: VirtualClock
  readonly sockets = new Set<Socket>()

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  get client(): new () => Socket {
    const gateway = this
    return class extends Socket {
      constructor() {
        super()
        gateway.#after(50, () => gateway.#answer(this))
      }
    }
  }

  goDown(): void {
    this.isDown = true
    for (const socket of this.sockets) socket.onclose({ code: 1006 })
    this.sockets.clear()
  }

  #answer(socket: Socket): void {
    if (this.isDown) {
      socket.onerror({ code: 0, error: new Error('connect ECONNREFUSED') })
      return socket.onclose({ code: 1006 })
    }
    this.sockets.add(socket)
    socket.onopen({ code: 0 })
    this.#greet(socket)
  }

  #greet(socket: Socket): void {
    if (!this.sockets.has(socket) || socket.isClosed) return
    if (!this.isSilent) socket.onmessage({ code: 0 })
    this.#after(45_000, () => this.#greet(socket))
  }

  #after(ms: number, callback: () => void): void {
    this.#clock.timer(callback, ms)
  }
}

class Socket {
  onopen: Handler = () => {}
  onmessage: Handler = () => {}
  onerror: Handler = () => {}
  onclose: Handler = () => {}
  isClosed = false

  close(): void {
    this.isClosed = true
  }
}

async function played() {
  const sample = samplesOf('docs/guides/schedules.md').find(({ code }) => code.includes('schedule: loop('))
  const { code } = transformSync(sample?.code ?? '', { loader: 'ts' })
  const clock = new VirtualClock()
  const recorder = recordEvents()
  const gateway = new Gateway(clock)
  const supervisor = new core.Supervisor({ clock, observers: [recorder], seed: 1, env: {} })
  const names = ['supervisor', 'WebSocket', 'url', ...Object.keys(core)]
  const values = [supervisor, gateway.client, 'wss://gateway.example', ...Object.values(core)]
  new Function(...names, code)(...values)
  await supervisor.start()
  const status = () => supervisor.task('gateway')?.health().status
  return { clock, gateway, supervisor, recorder, status }
}

it('the gateway of the guide survives a minute without its server, and a silent connection right after', async () => {
  const { clock, gateway, supervisor, recorder, status } = await played()
  await clock.advance('5m')
  expect(status()).toBe('healthy')

  gateway.goDown()
  await clock.advance('1m')
  expect(gateway.sockets.size).toBe(0)
  gateway.isDown = false
  await clock.advance('31s')
  expect(gateway.sockets.size).toBe(1)

  gateway.isSilent = true
  await clock.advance('95s')
  gateway.isSilent = false
  await clock.advance('35s')
  expect(gateway.sockets.size).toBeGreaterThan(1)
  expect(recorder.of('task.parked')).toEqual([])

  await clock.advance('10m') // after this time, the earlier restarts no longer count against the restart budget
  expect(status()).toBe('healthy')
  expect(supervisor.explain('gateway').lints).toEqual([])
  await supervisor.stop()
})

it('the gateway of the guide survives a minute without its server at its start', async () => {
  const { clock, gateway, supervisor, recorder, status } = await played()
  gateway.isDown = true
  await clock.advance('1m')
  gateway.isDown = false
  await clock.advance('31s')

  expect(gateway.sockets.size).toBe(1)
  expect(recorder.of('task.parked')).toEqual([])

  await clock.advance('10m') // after this time, the earlier restarts no longer count against the restart budget
  expect(status()).toBe('healthy')
  await supervisor.stop()
})
