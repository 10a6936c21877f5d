import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * `open`: passes all data on. `cut`: ends all connections and refuses new ones. `stalled`: passes no data on. `slow`:
 * passes all data on with a delay.
 */
export type Weather = 'open' | 'cut' | 'stalled' | 'slow'

export class StoreProxy {
  readonly port: number
  readonly #server: Server
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  readonly #slowMs: number
  #weather: Weather = 'open'

  private constructor(server: Server, port: number, slowMs: number) {
    this.#server = server
    this.port = port
    this.#slowMs = slowMs
  }

  /** @param slowMs - the delay of `slow`, in each direction */
  static async start(target: number, slowMs = 150): Promise<StoreProxy> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('Expected a TCP address')
    const proxy = new StoreProxy(server, address.port, slowMs)
    server.on('connection', (client) => proxy.#join(client, target))
    return proxy
  }

  get weather(): Weather {
    return this.#weather
  }

  set weather(weather: Weather) {
    this.#weather = weather
    for (const [client, store] of this.#pairs) {
      if (weather === 'cut') {
        client.destroy()
        store.destroy()
      } else if (weather === 'stalled') {
        client.pause()
        store.pause()
      } else {
        client.resume()
        store.resume()
      }
    }
  }

  close(): void {
    this.weather = 'cut'
    this.#server.close()
  }

  #join(client: Socket, target: number): void {
    if (this.#weather === 'cut') {
      client.destroy()
      return
    }
    const store = connect(target, '127.0.0.1')
    const pair = [client, store] as const
    this.#pairs.add(pair)
    for (const [from, to] of [pair, [store, client] as const]) {
      from.setNoDelay(true)
      let passed = Promise.resolve()
      from.on('data', (chunk) => {
        const delayed = this.#weather === 'slow' ? sleep(this.#slowMs) : undefined
        // Later data must not overtake delayed data.
        passed = Promise.all([passed, delayed]).then(() => {
          to.write(chunk)
        })
      })
      from.on('error', () => {})
      from.on('close', () => {
        to.destroy()
        this.#pairs.delete(pair)
      })
    }
    if (this.#weather === 'stalled') {
      client.pause()
      store.pause()
    }
  }
}
