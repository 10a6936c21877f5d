import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Order, RunReport } from './witness.ts'

export class Application {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | NodeJS.Signals>
  output = ''
  readonly runs = new Map<string, string[]>()

  constructor(program: string, env: NodeJS.ProcessEnv) {
    const witness = join(import.meta.dirname, 'witness.ts')
    this.#child = spawn(process.execPath, ['--import', 'tsx', '--import', witness, program], {
      env: { ...process.env, ...env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    this.#child.on('message', ({ task, outcome }: RunReport) => {
      this.runs.set(task, [...(this.runs.get(task) ?? []), outcome])
    })
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve(code ?? signal ?? 1))
    })
  }

  async until(what: string, limitMs: number, isTrue: () => boolean | Promise<boolean>): Promise<void> {
    const endAt = performance.now() + limitMs
    while (!(await isTrue())) {
      if (this.#child.exitCode !== null) throw new Error(`ended before ${what}\n${this.output}`)
      if (performance.now() > endAt)
        throw new Error(
          `not within ${limitMs / 1000} s: ${what}; runs of ${[...this.runs.keys()]}\n${this.output}`,
        )
      await sleep(50)
    }
  }

  haveRun(tasks: readonly string[]): boolean {
    return tasks.every((task) => this.runs.get(task)?.includes('succeeded'))
  }

  lose(die: string): void {
    this.#child.send({ die } satisfies Order)
  }

  async terminate(): Promise<number | NodeJS.Signals> {
    this.#child.kill('SIGTERM')
    return this.#ended
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}
