import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually, HopelessError } from './check.ts'
import { freePort, Server, startMs } from './server.ts'
import { beatMs } from './speed.ts'
import type { Stack } from './stack.ts'
import type { Job } from './ways.ts'

/** How a process is started. */
export interface Start {
  readonly version: string
  /** Whether the process crashes with an uncaught error one second after its start. */
  readonly crashes?: boolean
  /** Restarts this replica with the same id and port, like a crashed container. */
  readonly again?: Replica
}

/** One process of a service. */
export interface Replica {
  /** Unique, except for restarts of the same replica. */
  readonly id: string
  readonly server: Server
  readonly port: number
}

/** The processes of a service. Each pushes to the Collector, and is a target of Prometheus 2 until `end()`. */
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

  /** Returns the process that was last started under a name. */
  at(name: string): Replica {
    const replica = this.#current.get(name)
    if (replica === undefined) throw new Error(`No replica ${name} was started`)
    return replica
  }

  /** Starts a process and adds it as a target, without waiting until it runs. */
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

  /** Starts a process and waits until its tasks run. */
  async start(name: string, options: Start): Promise<Replica> {
    const replica = await this.launch(name, options)
    const { server } = replica
    await eventually(`${replica.id} to run`, startMs, async () => {
      if (server.isOver) throw new HopelessError(`it has exited: ${server.output.slice(-1_500)}`)
      return server.output.includes('It runs') ? true : undefined
    })
    return replica
  }

  /** Stops a process and removes the target afterwards. Resolves with its exit code or signal. */
  async end({ id, server }: Replica, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    const code = await server.stop(signal)
    this.#replicas.delete(id)
    this.#writeTargets()
    return code
  }

  /** Writes a temporary file and renames it, so that Prometheus never reads half of it. */
  #writeTargets(): void {
    const file = join(this.#stack.folder, 'prometheus/targets', `${this.#job}.json`)
    const targets = [...this.#replicas.values()].map(({ port }) => `127.0.0.1:${port}`)
    writeFileSync(`${file}.new`, JSON.stringify([{ targets }]))
    renameSync(`${file}.new`, file)
  }
}
