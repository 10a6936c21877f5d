import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Told } from '../nemesis/told.ts'
import type { Orders, Question } from './orders.ts'

const program = fileURLToPath(new URL('child.ts', import.meta.url))

type Asked = Question extends infer Each ? (Each extends Question ? Omit<Each, 'id'> : never) : never

export class OutageProcess implements AsyncDisposable {
  readonly #log: string
  readonly #child: ChildProcess
  readonly #answers = new Map<number, (value: unknown) => void>()
  #asked = 0
  #printed = ''

  private constructor(orders: Orders) {
    this.#log = orders.log
    this.#child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', program], {
      env: { ...process.env, OUTAGE: JSON.stringify(orders) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#printed += String(chunk)
      })
    this.#child.on('message', ({ id, value }: { id: number; value: unknown }) => {
      this.#answers.get(id)?.(value)
      this.#answers.delete(id)
    })
  }

  static async start(orders: Orders): Promise<OutageProcess> {
    const started = new OutageProcess(orders)
    while (!(existsSync(orders.log) && started.told().some(({ what }) => what === 'ready'))) {
      if (!started.isAlive) throw new Error(`the process has ended:\n${started.#printed}`)
      await sleep(50)
    }
    return started
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  get lines(): readonly string[] {
    return this.#printed.split('\n').filter((line) => line !== '')
  }

  ask<Answer>(asked: Asked): Promise<Answer> {
    this.#asked += 1
    const id = this.#asked
    return new Promise((resolve) => {
      this.#answers.set(id, resolve as (value: unknown) => void)
      this.#child.send({ ...asked, id })
    })
  }

  told(): Told[] {
    return readFileSync(this.#log, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Told)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isAlive) return
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }
}
