import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goBuild } from './go-build.ts'
import { MissingError } from './missing-error.ts'

/** Paths of the server programs. */
export interface Binaries {
  readonly jaeger: string
  readonly prometheus3: string
  readonly prometheus2: string
  readonly alertmanager: string
}

const tools = {
  jaeger: { package: 'github.com/jaegertracing/jaeger/cmd/jaeger', tags: '' },
  // Without cloud service discovery the build takes half the time.
  prometheus: { package: 'github.com/prometheus/prometheus/cmd/prometheus', tags: 'remove_all_sd' },
} as const

/**
 * Finds the servers. Builds those that have no package once, into a cache outside of this folder.
 *
 * @throws {@link MissingError} if one is not available.
 */
export async function findBinaries(): Promise<Binaries> {
  const debian =
    'On Debian: apt-get install prometheus prometheus-alertmanager, or run packages/otel/test/backends/install.sh'
  const prometheus2 = onPath('prometheus', debian)
  const alertmanager = onPath('prometheus-alertmanager', debian)
  // Sequential, since each build uses all cores.
  const prometheus3 = await build('prometheus')
  return { prometheus2, alertmanager, prometheus3, jaeger: await build('jaeger') }
}

function onPath(program: string, how: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = folders.map((folder) => join(folder, program)).find(isExecutable)
  if (found) return found
  throw new MissingError(`${program} is not installed. ${how}`)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Returns the program that its Go module pins. The cache key includes the module's checksums, so a new pin is rebuilt. */
async function build(name: keyof typeof tools): Promise<string> {
  const folder = fileURLToPath(new URL(`tools/${name}`, import.meta.url))
  const sums = createHash('sha256').update(readFileSync(join(folder, 'go.sum')))
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  const target = join(cache, 'runwell', sums.digest('hex').slice(0, 16))
  const program = join(target, name)
  if (existsSync(program)) return program

  const go = goCommand(name)
  mkdirSync(target, { recursive: true })
  // Built under a temporary name, so that an interrupted build never looks finished.
  const half = `${program}.${process.pid}`
  await goBuild({ go, folder, ...tools[name], output: half })
  renameSync(half, program)
  return program
}

function goCommand(name: string): string {
  const usual = '/usr/local/go/bin/go'
  if (isExecutable(usual)) return usual
  return onPath('go', `${name} is built from source, which needs Go 1.26 or newer: https://go.dev/dl`)
}
