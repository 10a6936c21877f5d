import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { figure, ranged, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'
import { inRounds, spread } from '../rounds.mjs'

/** Whole modules, but of effect what a scheduled task needs: nobody ships all of it. */
const modules = [
  { name: '@runwell/core' },
  { id: 'typical', name: '@runwell/core', names: ['Supervisor', 'every'] },
  { name: '@runwell/otel' },
  { name: '@runwell/sentry' },
  { name: 'toad-scheduler' },
  { name: 'croner' },
  { name: 'cron-schedule' },
  { name: 'node-cron' },
  { name: 'cron' },
  { name: 'node-schedule' },
  { name: 'cockatiel' },
  { name: 'p-queue' },
  { name: 'prom-client' },
  { name: 'effect', names: ['Effect', 'Schedule'] },
]
/** Peers that the application has anyway. */
const external = ['@opentelemetry/*', '@sentry/*']

export const benchmark = {
  id: 'size',
  seconds: 13,
  title: 'Import time and size',
  packages: modules.map(({ name }) => name).filter((name) => !name.startsWith('@runwell')),

  async run({ short, turn }) {
    const names = [...new Set(modules.map(({ name }) => name))]
    const samples = await inRounds(names, short ? 3 : 7, (name) =>
      turn(() => inFreshProcess('size/import-time.mjs', [name])),
    )
    const data = {}
    for (const { id, name, names: only } of modules) {
      const times = samples.get(name)
      data[id ?? name] = {
        importMs: spread(times.map(({ ms }) => ms)),
        importCpuMs: spread(times.map(({ cpuMs }) => cpuMs)),
        ...(await turn(() => bundle(name, only))),
      }
    }
    return data
  },

  ratios(data) {
    const core = data['@runwell/core']
    return { 'gzip: core / croner': core.gzipKb / data.croner.gzipKb }
  },

  page(data) {
    const rows = modules.map(({ id, name, names }) => {
      const { importCpuMs, minKb, gzipKb } = data[id ?? name]
      const label = names === undefined ? name : `${name} (${names.join(', ')})`
      return [label, ranged(importCpuMs), figure(minKb), figure(gzipKb)]
    })
    return [
      'The whole of each module, bundled by esbuild for Node with all it depends on; of the adapters without OpenTelemetry, Sentry and what they share with core. Import times are of the packages as installed, in a fresh process each.',
      table(['', 'import, CPU ms', 'minified, KB', 'gzip, KB'], rows),
    ].join('\n\n')
  },

  plots: () => [],
}

async function bundle(name, names) {
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
  const { contents } = outputFiles[0]
  return { minKb: contents.length / 1_000, gzipKb: gzipSync(contents, { level: 9 }).length / 1_000 }
}
