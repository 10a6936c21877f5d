import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Benchmark } from '../benchmark.ts'
import { figure, ranged, table } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { inRounds, type Spread, spread } from '../rounds.ts'
import type { Sample } from './import-time.ts'

interface Module<Id> {
  readonly id: Id
  readonly name?: string
  /** The bundle contains only these exports. By default it contains all exports. */
  readonly names?: readonly string[]
}

/**
 * Applications use only a part of the package `effect`. So its bundle contains only the part that a scheduled task
 * needs.
 */
const list = [
  { id: '@runwell/core' },
  { id: 'typical', name: '@runwell/core', names: ['Supervisor', 'every'] },
  { id: '@runwell/otel' },
  { id: '@runwell/sentry' },
  { id: 'toad-scheduler' },
  { id: 'croner' },
  { id: 'cron-schedule' },
  { id: 'node-cron' },
  { id: 'cron' },
  { id: 'node-schedule' },
  { id: 'cockatiel' },
  { id: 'p-queue' },
  { id: 'prom-client' },
  { id: 'effect', names: ['Effect', 'Schedule'] },
] as const satisfies readonly Module<string>[]

type ModuleId = (typeof list)[number]['id']
const modules: readonly Module<ModuleId>[] = list

interface Size {
  readonly minKb: number
  readonly gzipKb: number
}

interface ModuleCost extends Size {
  readonly importMs: Spread
  readonly importCpuMs: Spread
}

export type SizeData = Record<ModuleId, ModuleCost>

/** The bundles do not contain these peer dependencies, because the application loads them anyway. */
const external = ['@opentelemetry/*', '@sentry/*']

export const benchmark: Benchmark<SizeData> = {
  id: 'size',
  seconds: 13,
  title: 'Import time and size',
  packages: modules.map(packageOf).filter((name) => !name.startsWith('@runwell')),

  async run({ short, turn }) {
    const names = [...new Set(modules.map(packageOf))]
    const samples = await inRounds(names, short ? 3 : 7, (name) =>
      turn(() => inFreshProcess<Sample>('size/import-time.ts', [name])),
    )
    const costs: [ModuleId, ModuleCost][] = []
    for (const module of modules) {
      const times = samples.of(packageOf(module))
      costs.push([
        module.id,
        {
          importMs: spread(times.map(({ ms }) => ms)),
          importCpuMs: spread(times.map(({ cpuMs }) => cpuMs)),
          ...(await turn(() => bundledSize(packageOf(module), module.names))),
        },
      ])
    }
    return Object.fromEntries(costs) as SizeData
  },

  ratios(data) {
    const core = data['@runwell/core']
    return { 'gzip: core / croner': core.gzipKb / data.croner.gzipKb }
  },

  page(data) {
    const rows = modules.map((module) => {
      const { importCpuMs, minKb, gzipKb } = data[module.id]
      const { names } = module
      const name = packageOf(module)
      const label = names === undefined ? name : `${name} (${names.join(', ')})`
      return [label, ranged(importCpuMs), figure(minKb), figure(gzipKb)]
    })
    return [
      'esbuild bundles each module whole for Node, with all its dependencies. The bundles of `@runwell/otel` and `@runwell/sentry` leave out OpenTelemetry, Sentry and core. The import times are those of the installed packages, not of the bundles.',
      table(['module', 'import, CPU ms', 'minified, KB', 'gzip, KB'], rows),
    ].join('\n\n')
  },

  plots: () => [],
}

function packageOf({ id, name = id }: Module<ModuleId>): string {
  return name
}

async function bundledSize(name: string, names?: readonly string[]): Promise<Size> {
  const what = names === undefined ? '*' : `{ ${names.join(', ')} }`
  const { outputFiles } = await build({
    stdin: {
      contents: `export ${what} from '${name}'`,
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['built'],
    external: name === '@runwell/core' ? external : [...external, '@runwell/core'],
    logLevel: 'silent',
  })
  const contents = outputFiles[0]?.contents ?? new Uint8Array()
  return { minKb: contents.length / 1_000, gzipKb: gzipSync(contents, { level: 9 }).length / 1_000 }
}
