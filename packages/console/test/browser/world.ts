import { Supervisor, type SupervisorOptions } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { actions } from '../../src/api/types.ts'
import { type Console, type ConsoleOptions, createConsole } from '../../src/index.ts'

export class World {
  readonly clock: VirtualClock
  readonly supervisor: Supervisor
  readonly console: Console
  url = ''

  constructor(options: SupervisorOptions = {}, ofConsole: ConsoleOptions = {}) {
    this.clock = new VirtualClock({ startAt: Date.now() })
    this.supervisor = new Supervisor({ clock: this.clock, observers: [], seed: 1, name: 'shop', ...options })
    this.console = createConsole(this.supervisor, {
      authorize: () => ({ user: 'anna', can: actions }),
      ...ofConsole,
    })
  }

  async listen(port = 0): Promise<string> {
    const { link } = await this.console.listen({ port })
    this.url = link
    return link
  }

  async write(path: string, body: unknown): Promise<void> {
    const response = await fetch(`${this.url}api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-runwell': '1' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  }

  close(): Promise<void> {
    return this.console.close()
  }
}
