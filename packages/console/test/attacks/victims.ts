import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { manual, Supervisor } from '@runwell/core'
import { createConsole } from '../../src/index.ts'
import type { Victim } from './attacks.ts'
import { requestText, sendRaw } from './raw.ts'

export class Victims implements AsyncDisposable {
  readonly ports = new Map<Victim, number>()
  runs = 0
  #token = ''
  #cookie = ''
  readonly #closing: (() => unknown)[] = []

  static async start(): Promise<Victims> {
    const victims = new Victims()
    await victims.#start()
    return victims
  }

  fill(text: string): string {
    return text
      .replaceAll('{token}', this.#token)
      .replaceAll('{cookie}', this.#cookie)
      .replaceAll('{cookie name}', this.#cookie.split('=')[0] ?? '')
  }

  async #start(): Promise<void> {
    const listening = await this.#consoleOf({}).listen({ port: 0 })
    this.ports.set('listening', listening.port ?? 0)
    this.#token = listening.link.split('#token=')[1] ?? ''
    const text = requestText(
      'POST',
      '/api/v1/session',
      { 'content-type': 'application/json', 'x-runwell': '1', authorization: `Bearer ${this.#token}` },
      '{}',
    )
    const { headers } = await sendRaw(listening.port ?? 0, text)
    this.#cookie = /^set-cookie: ([^;]+)/im.exec(headers)?.[1] ?? ''
    await this.#mount('development', this.#consoleOf({}))
    await this.#mount('read-only', this.#consoleOf({ authorize: () => ({ user: 'reader' }) }))
    const before = process.env['NODE_ENV']
    process.env['NODE_ENV'] = 'production'
    await this.#mount('open production', this.#consoleOf({}))
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  }

  #consoleOf(options: Parameters<typeof createConsole>[1]): ReturnType<typeof createConsole> {
    const supervisor = new Supervisor({ observers: [], name: `victim-${this.#closing.length}` })
    supervisor.register({
      name: 'mail.send',
      schedule: manual(),
      run: () => {
        this.runs += 1
      },
    })
    const made = createConsole(supervisor, { onWarning: () => {}, ...options })
    this.#closing.push(
      () => made.close(),
      () => supervisor.stop(),
    )
    return made
  }

  async #mount(victim: Victim, made: ReturnType<typeof createConsole>): Promise<void> {
    const server = createServer({ requireHostHeader: false }, made.node)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.ports.set(victim, (server.address() as AddressInfo).port)
    this.#closing.push(() => {
      server.close()
      server.closeAllConnections()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closing) await close()
  }
}
