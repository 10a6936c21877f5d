import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Benchmark } from '../benchmark.ts'
import { figure, table } from '../markdown.ts'
import type { Costs } from '../per-run/worker.ts'
import { inFreshProcess } from '../process.ts'

const shown = 12

interface Share {
  readonly name: string
  readonly share: number
}

interface ProfileData {
  readonly folders: readonly Share[]
  readonly functions: readonly Share[]
}

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[]
  readonly samples: readonly number[]
  /** In microseconds since the previous sample. */
  readonly timeDeltas: readonly number[]
}

interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

export const benchmark: Benchmark<ProfileData> = {
  id: 'profile',
  seconds: 4,
  title: 'Where the time of a run goes',
  packages: [],

  async run({ short, turn }) {
    const dir = mkdtempSync(join(tmpdir(), 'runwell-profile-'))
    try {
      const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${dir}`]
      const args = [500, short ? 50 : 300, 'runwell']
      await turn(() => inFreshProcess<Costs>('per-run/worker.ts', args, { nodeArgs }))
      const [file] = readdirSync(dir)
      if (file === undefined) throw new Error('Node has written no CPU profile')
      return selfTimes(JSON.parse(readFileSync(join(dir, file), 'utf8')) as CpuProfile)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },

  page(data) {
    const first = (rows: readonly Share[]) =>
      rows.slice(0, shown).map(({ name, share }) => [name, `${figure(100 * share)} %`])
    return [
      'One task is triggered again and again, without observers. Both tables show the self time in a CPU profile: the first by folder of core, the second by function.',
      table(['folder', 'share of the time'], first(data.folders)),
      table(['function', 'share of the time'], first(data.functions)),
    ].join('\n\n')
  },

  plots: () => [],
}

function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): ProfileData {
  const placeOf = new Map(nodes.map(({ id, callFrame }) => [id, placeIn(callFrame)]))
  const folders = new Map<string, number>()
  const functions = new Map<string, number>()
  let total = 0
  for (const [at, id] of samples.entries()) {
    const place = placeOf.get(id)
    const deltaUs = timeDeltas[at]
    if (place === undefined || deltaUs === undefined) continue
    folders.set(place.folder, (folders.get(place.folder) ?? 0) + deltaUs)
    functions.set(place.name, (functions.get(place.name) ?? 0) + deltaUs)
    total += deltaUs
  }
  const ranked = (times: Map<string, number>) =>
    [...times].map(([name, us]): Share => ({ name, share: us / total })).sort((a, b) => b.share - a.share)
  return { folders: ranked(folders), functions: ranked(functions).slice(0, 40) }
}

function placeIn(callFrame: CallFrame): { folder: string; name: string } {
  const path = sourceOf(callFrame)
  if (path === undefined) {
    const name = nameOutside(callFrame)
    return { folder: name, name }
  }
  const [folder = path] = path.includes('/') ? path.split('/') : ['supervisor and tasks']
  return { folder, name: `\`${callFrame.functionName || 'anonymous'}\` of ${path}` }
}

const sourceMaps = new Map<string, SourceMap>()

function sourceOf({ url, lineNumber, columnNumber }: CallFrame): string | undefined {
  if (!url.includes('/core/dist/')) return undefined
  const entry = sourceMapOf(url).findEntry(lineNumber, columnNumber)
  return 'originalSource' in entry ? /\/src\/(.*)\.ts$/.exec(entry.originalSource)?.[1] : undefined
}

function sourceMapOf(url: string): SourceMap {
  const known = sourceMaps.get(url)
  if (known !== undefined) return known
  const made = new SourceMap(
    JSON.parse(readFileSync(fileURLToPath(`${url}.map`), 'utf8')) as SourceMapPayload,
  )
  sourceMaps.set(url, made)
  return made
}

function nameOutside({ functionName, url }: CallFrame): string {
  if (functionName === '(garbage collector)') return 'garbage collector'
  return url.includes('/bench/') ? 'the benchmark itself' : 'Node and V8'
}
