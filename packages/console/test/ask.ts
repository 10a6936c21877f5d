import { Supervisor, type SupervisorOptions } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { onTestFinished } from 'vitest'
import { type Console, type ConsoleOptions, createConsole } from '../src/index.ts'

export interface Asked {
  readonly clock: VirtualClock
  readonly supervisor: Supervisor
  readonly console: Console
  /** @param path - below `api/v1`, or from the root if it begins with a slash */
  ask(path: string, init?: RequestInit): Promise<Response>
  read<Answer>(path: string): Promise<Answer>
  write(path: string, body?: unknown, init?: RequestInit): Promise<Response>
}

export function askable(options: ConsoleOptions = {}, ofSupervisor: SupervisorOptions = {}): Asked {
  const clock = ofSupervisor.clock instanceof VirtualClock ? ofSupervisor.clock : new VirtualClock()
  const supervisor = new Supervisor({ observers: [], seed: 1, ...ofSupervisor, clock })
  const made = createConsole(supervisor, options)
  onTestFinished(() => made.close())
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => {
    const url = `http://localhost:4777${path.startsWith('/') ? path : `/ops/api/v1/${path}`}`
    const headers = new Headers(init.headers)
    if (!headers.has('host')) headers.set('host', 'localhost:4777')
    return made.fetch(new Request(url, { ...init, headers }))
  }
  return {
    clock,
    supervisor,
    console: made,
    ask,
    read: async (path) => {
      const response = await ask(path)
      if (!response.ok)
        throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`)
      return (await response.json()) as never
    },
    write: (path, body = {}, init = {}) =>
      ask(path, {
        method: 'POST',
        body: JSON.stringify(body),
        ...init,
        headers: { 'content-type': 'application/json', 'x-runwell': '1', ...init.headers },
      }),
  }
}
