import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { StoreProxy } from '../proxy.ts'
import type { Store } from '../stores.ts'
import type { Orders, Told } from './told.ts'

const program = fileURLToPath(new URL('child.ts', import.meta.url))
const clock = new URL('shifted-clock.ts', import.meta.url).href

export class Child {
  readonly proxy: StoreProxy
  readonly #store: Store
  readonly #folder: string
  readonly #tasks: number
  readonly #name: string
  readonly logs: string[] = []
  #process: ChildProcess | undefined

  private constructor(name: string, proxy: StoreProxy, store: Store, folder: string, tasks: number) {
    this.#name = name
    this.proxy = proxy
    this.#store = store
    this.#folder = folder
    this.#tasks = tasks
  }

  static async make(name: string, store: Store, folder: string, tasks: number): Promise<Child> {
    return new Child(name, await StoreProxy.start(store.port), store, folder, tasks)
  }

  async start(version = '1'): Promise<void> {
    const log = join(this.#folder, `${this.#name}-${this.logs.length}.log`)
    this.logs.push(log)
    const orders: Orders = {
      fleet: this.#store.through(this.proxy.port) as Orders['fleet'],
      log,
      tasks: this.#tasks,
      version,
    }
    this.#process = spawn(process.execPath, ['--import', 'tsx', '--import', clock, program], {
      env: { ...process.env, NEMESIS: JSON.stringify(orders) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    while (!(existsSync(log) && readFileSync(log, 'utf8').includes('"ready"'))) await sleep(50)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
  }

  async kill(): Promise<void> {
    const child = this.#live
    if (child === undefined) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  setClockAhead(clockAheadMs: number): void {
    this.#process?.send({ clockAheadMs })
  }

  async stop(): Promise<void> {
    const child = this.#live
    if (child === undefined) return
    const ended = once(child, 'exit')
    child.send({ stop: true })
    await Promise.race([ended, sleep(15_000)])
    await this.kill()
  }

  get #live(): ChildProcess | undefined {
    const child = this.#process
    return child?.exitCode === null && child.signalCode === null ? child : undefined
  }

  told(): Told[] {
    return this.logs.flatMap((log) =>
      readFileSync(log, 'utf8')
        .split('\n')
        // A process that was killed may have left half a line.
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line) as Told),
    )
  }
}
