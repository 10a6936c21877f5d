import { type ChildProcess, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endServer, freePort, installHint, startServer } from './server-process.ts'

export class RedisServer {
  readonly connection: { readonly host: string; readonly port: number }
  readonly #folder: string
  readonly #settings: Settings
  #child: ChildProcess

  private constructor(port: number, folder: string, settings: Settings, child: ChildProcess) {
    this.connection = { host: '127.0.0.1', port }
    this.#folder = folder
    this.#settings = settings
    this.#child = child
  }

  /**
   * @param settings - lines of redis.conf, such as `{ appendonly: 'yes' }`. By default, Redis writes nothing to the
   * disk.
   */
  static async start(settings: Settings = {}): Promise<RedisServer> {
    if (spawnSync('redis-server', ['--version']).status !== 0) {
      throw new Error(`redis-server is not installed. ${installHint}`)
    }
    const port = await freePort()
    const folder = mkdtempSync(join(tmpdir(), 'runwell-redis-'))
    return new RedisServer(port, folder, settings, await startRedis(port, folder, settings))
  }

  async crash(): Promise<void> {
    await endServer(this.#child, 'SIGKILL')
  }

  async restart(): Promise<void> {
    this.#child = await startRedis(this.connection.port, this.#folder, this.#settings)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endServer(this.#child, 'SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

type Settings = Readonly<Record<string, string>>

function startRedis(port: number, folder: string, settings: Settings): Promise<ChildProcess> {
  const options = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', ...settings }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  return startServer('redis-server', args, 'Ready to accept connections')
}
