import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually, HopelessError } from './check.ts'
import { freePort, Server, startMs } from './server.ts'
import { beatMs } from './speed.ts'
import type { Stack } from './stack.ts'
import type { Job } from './ways.ts'

export interface Start {
  readonly version: string
  readonly crashes?: boolean
  /** The new process gets the id and the port of this replica, like a container that restarts after a crash. */
  readonly again?: Replica
}

export interface Replica {
  readonly id: string
  readonly server: Server
  readonly port: number
}

export class Fleet {
  readonly #stack: Stack
  readonly #job: Job
  readonly #replicas = new Map<string, Replica>()
  readonly #current = new Map<string, Replica>()
  #launched = 0

  constructor(stack: Stack, job: Job) {
    this.#stack = stack
    this.#job = job
    this.#writeTargets()
  }

  at(name: string): Replica {
    const replica = this.#current.get(name)
    if (replica === undefined) throw new Error(`No replica ${name} was started`)
    return replica
  }

  async launch(name: string, { version, crashes = false, again }: Start): Promise<Replica> {
    const id = again?.id ?? `${name}-${++this.#launched}`
    const port = again?.port ?? (await freePort())
    const program = fileURLToPath(new URL(`programs/${this.#job}.ts`, import.meta.url))
    const server = new Server(process.execPath, ['--import', 'tsx', program], {
      INSTANCE_ID: id,
      REPLICA: name,
      VERSION: version,
      CRASHES: crashes ? 'yes' : '',
      METRICS_PORT: String(port),
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${this.#stack.collector}/v1/metrics`,
      OTEL_METRIC_EXPORT_INTERVAL: String(beatMs),
    })
    const replica = { id, server, port }
    this.#replicas.set(id, replica)
    this.#current.set(name, replica)
    this.#writeTargets()
    return replica
  }

  async start(name: string, options: Start): Promise<Replica> {
    const replica = await this.launch(name, options)
    const { server } = replica
    await eventually(`${replica.id} to run`, startMs, async () => {
      if (server.isOver) throw new HopelessError(`it has exited: ${server.output.slice(-1_500)}`)
      return server.output.includes('It runs') ? true : undefined
    })
    return replica
  }

  async end({ id, server }: Replica, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    const code = await server.stop(signal)
    this.#replicas.delete(id)
    this.#writeTargets()
    return code
  }

  /** Prometheus must never read an incomplete file. */
  #writeTargets(): void {
    const file = join(this.#stack.folder, 'prometheus/targets', `${this.#job}.json`)
    const targets = [...this.#replicas.values()].map(({ port }) => `127.0.0.1:${port}`)
    writeFileSync(`${file}.new`, JSON.stringify([{ targets }]))
    renameSync(`${file}.new`, file)
  }
}
