import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'

export class Server {
  readonly #child: ChildProcess
  /** Resolves with the exit code or signal, or with the error if the process could not start. */
  readonly exited: Promise<number | string>
  #output = ''
  #isOver = false

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(program, args, {
      env: { ...cleanEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#keep(String(chunk)))
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#keep(String(chunk)))
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#end(resolve, error.message))
      this.#child.once('exit', (code, signal) => this.#end(resolve, code ?? signal ?? 'unknown'))
    })
    running.add(this)
  }

  get output(): string {
    return this.#output
  }

  get isOver(): boolean {
    return this.#isOver
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    this.#child.kill(signal)
    return this.exited
  }

  #end(resolve: (code: number | string) => void, code: number | string): void {
    this.#isOver = true
    running.delete(this)
    resolve(code)
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-20_000)
  }
}

/** Up to eight servers start at the same time. On two busy cores, each takes 23 s or more. */
export const startMs = 180_000

const running = new Set<Server>()

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stopSurely))
}

async function stopSurely(server: Server): Promise<void> {
  const force = setTimeout(() => void server.stop('SIGKILL'), 5_000)
  await server.stop()
  clearTimeout(force)
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OTEL|SENTRY|RUNWELL)_/.test(name))
  return Object.fromEntries(kept)
}
