import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { bundleOf } from '../../../../scripts/test/bundle-of.ts'

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  /** Milliseconds since the last `wrote()` resolved. */
  readonly tookMs: number
}

type Program = 'alive' | 'first-import' | 'frozen' | 'service' | 'two-supervisors' | 'unawaited'

export class Child {
  readonly #process: ReturnType<typeof spawn>
  readonly #ended: Promise<unknown>
  #output = ''
  #since = 0

  constructor(
    program: Program | { readonly program: Program; readonly nodeArgs: string[] },
    ...args: string[]
  ) {
    const { program: name, nodeArgs } = typeof program === 'string' ? { program, nodeArgs: [] } : program
    const bundle = bundleOf(`packages/core/test/programs/${name}.ts`)
    const { NODE_OPTIONS: _options, VITEST: _vitest, ...env } = process.env
    this.#process = spawn(process.execPath, [...nodeArgs, bundle, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Kills the process if a failed test leaves it running.
      timeout: 25_000,
      killSignal: 'SIGKILL',
      env: { ...env, RUNWELL_STOP_DEADLINE: '' },
    })
    this.#ended = once(this.#process, 'close')
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (data) => {
        this.#output += String(data)
      })
    }
  }

  get output(): string {
    return this.#output
  }

  get isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  async wrote(text: string): Promise<void> {
    while (!this.#output.includes(text) && this.isAlive) {
      await Promise.race([
        once(this.#process.stdout ?? this.#process, 'data'),
        once(this.#process.stderr ?? this.#process, 'data'),
        this.#ended,
      ])
    }
    this.#since = performance.now()
  }

  /** The next write of the process fails, as with `| head`. */
  stopReading(...streams: ('stdout' | 'stderr')[]): void {
    for (const stream of streams) this.#process[stream]?.destroy()
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name)
  }

  async ended(): Promise<Ending> {
    await this.#ended
    const { exitCode, signalCode } = this.#process
    return {
      code: exitCode,
      signal: signalCode,
      output: this.#output,
      tookMs: performance.now() - this.#since,
    }
  }
}
