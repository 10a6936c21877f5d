import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goBuild } from './go-build.ts'
import { fetchJar } from './maven.ts'
import { MissingError } from './missing-error.ts'

export interface Binaries {
  readonly jaeger: string
  readonly prometheus3: string
  readonly prometheus2: string
  readonly alertmanager: string
  readonly collector: string
  readonly victoriaMetrics: string
  readonly vmalert: string
  readonly java: string
  readonly zipkinJar: string
}

/** `module` is the folder in `tools/` whose go.mod pins the version. */
const tools = {
  jaeger: { module: 'jaeger', package: 'github.com/jaegertracing/jaeger/cmd/jaeger', tags: '' },
  prometheus: {
    module: 'prometheus',
    package: 'github.com/prometheus/prometheus/cmd/prometheus',
    // Without cloud service discovery, the build takes half the time.
    tags: 'remove_all_sd',
  },
  collector: { module: 'collector', package: '.', tags: '' },
  'victoria-metrics': {
    module: 'victoria-metrics',
    package: 'github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics',
    tags: '',
  },
  vmalert: {
    module: 'victoria-metrics',
    package: 'github.com/VictoriaMetrics/VictoriaMetrics/app/vmalert',
    tags: '',
  },
} as const

const zipkin = {
  group: 'io.zipkin',
  artifact: 'zipkin-server',
  version: '3.5.1',
  classifier: 'exec',
} as const

/**
 * Finds the installed servers, and builds or fetches the others once.
 *
 * @throws {@link MissingError} if a server is not available
 */
export async function findBinaries(): Promise<Binaries> {
  const hint = 'On Debian, run packages/otel/test/backends/install.sh'
  const [prometheus2, alertmanager, java, mvn] = [
    onPath('prometheus', hint),
    onPath('prometheus-alertmanager', hint),
    onPath('java', hint),
    onPath('mvn', hint),
  ]
  const zipkinJar = await fetchJar(mvn, zipkin, join(cache(), `zipkin-${zipkin.version}`))
  // One after the other, because each build uses all cores.
  const prometheus3 = await build('prometheus')
  const jaeger = await build('jaeger')
  const collector = await build('collector')
  const victoriaMetrics = await build('victoria-metrics')
  const vmalert = await build('vmalert')
  return {
    prometheus2,
    alertmanager,
    java,
    zipkinJar,
    prometheus3,
    jaeger,
    collector,
    victoriaMetrics,
    vmalert,
  }
}

function cache(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'runwell')
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

async function build(name: keyof typeof tools): Promise<string> {
  const { module, ...what } = tools[name]
  const folder = fileURLToPath(new URL(`tools/${module}`, import.meta.url))
  const sums = createHash('sha256')
  for (const file of readdirSync(folder)
    .filter((each) => /\.(sum|go)$/.test(each))
    .sort()) {
    sums.update(readFileSync(join(folder, file)))
  }
  const target = join(cache(), sums.digest('hex').slice(0, 16))
  const program = join(target, name)
  if (existsSync(program)) return program

  const go = goCommand(name)
  mkdirSync(target, { recursive: true })
  // Renamed only now, so that an interrupted build does not look finished.
  const half = `${program}.${process.pid}`
  await goBuild({ name, go, folder, ...what, output: half })
  renameSync(half, program)
  return program
}

function goCommand(name: string): string {
  const usual = '/usr/local/go/bin/go'
  if (isExecutable(usual)) return usual
  return onPath('go', `${name} is built from source, which needs Go 1.26 or newer: https://go.dev/dl`)
}
