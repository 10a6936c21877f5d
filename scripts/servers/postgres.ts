import { type ChildProcess, execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endServer, freePort, installHint, startServer } from './server-process.ts'

const installed = '/usr/lib/postgresql'

export class PostgresServer {
  readonly url: string
  readonly #port: number
  readonly #folder: string
  #child: ChildProcess

  private constructor(port: number, folder: string, child: ChildProcess) {
    this.url = `postgres://runwell@127.0.0.1:${port}/postgres`
    this.#port = port
    this.#folder = folder
    this.#child = child
  }

  static async start(): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'runwell-postgres-'))
    const [command = '', ...args] = asUser([program('initdb'), '-D', join(folder, 'data')])
    if (isRoot()) chownSync(folder, ...owner())
    execFileSync(command, [...args, '-U', 'runwell', '--auth=trust', '--no-sync'], { cwd: folder })
    const port = await freePort()
    return new PostgresServer(port, folder, await startPostgres(port, folder))
  }

  async crash(): Promise<void> {
    await endServer(this.#child, 'SIGQUIT')
  }

  async restart(): Promise<void> {
    this.#child = await startPostgres(this.#port, this.#folder)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endServer(this.#child, 'SIGQUIT')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function startPostgres(port: number, folder: string): Promise<ChildProcess> {
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: folder, fsync: 'off' }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [command = '', ...args] = asUser([
    program('postgres'),
    '-D',
    join(folder, 'data'),
    '-p',
    String(port),
  ])
  return startServer(command, [...args, ...flags], 'ready to accept connections')
}

function program(name: string): string {
  const versions = existsSync(installed) ? readdirSync(installed).map(Number) : []
  const path = join(installed, String(Math.max(0, ...versions)), 'bin', name)
  if (!existsSync(path)) throw new Error(`PostgreSQL is not installed. ${installHint}`)
  return path
}

/**
 * PostgreSQL refuses to run as root. `setpriv` becomes the command after it has changed the user, so signals reach
 * the server.
 */
function asUser(command: readonly string[]): readonly string[] {
  if (!isRoot()) return command
  const [uid, gid] = owner()
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...command]
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function owner(): readonly [number, number] {
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']))
  return [id('-u'), id('-g')]
}
