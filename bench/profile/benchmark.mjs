import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { figure, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'

const shown = 12

export const benchmark = {
  id: 'profile',
  seconds: 4,
  title: 'Where the time of a run goes',
  packages: [],

  async run({ short, turn }) {
    const dir = mkdtempSync(join(tmpdir(), 'runwell-profile-'))
    try {
      const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${dir}`]
      const args = [500, short ? 50 : 300, 'runwell']
      await turn(() => inFreshProcess('per-run/worker.mjs', args, { nodeArgs }))
      const [file] = readdirSync(dir)
      return selfTimes(JSON.parse(readFileSync(join(dir, file), 'utf8')))
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },

  page(data) {
    const half = (rows) => rows.slice(0, shown).map(({ name, share }) => [name, `${figure(100 * share)} %`])
    return [
      'Self time in a CPU profile of `trigger` in a loop, without observers: by folder of core, and the functions that take most.',
      table(['folder', 'share'], half(data.folders)),
      table(['function', 'share'], half(data.functions)),
    ].join('\n\n')
  },

  plots: () => [],
}

/** Adds up the samples of a V8 CPU profile, greatest first. */
function selfTimes({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]))
  const pathById = new Map(nodes.map((node) => [node.id, sourceOf(node.callFrame)]))
  const folders = new Map()
  const functions = new Map()
  let total = 0
  samples.forEach((id, at) => {
    const { functionName, url } = byId.get(id)
    const path = pathById.get(id)
    const folder =
      path === undefined
        ? outside(functionName, url)
        : path.includes('/')
          ? path.split('/')[0]
          : 'supervisor and tasks'
    const name = path === undefined ? folder : `\`${functionName || 'anonymous'}\` of ${path}`
    const deltaUs = timeDeltas[at]
    folders.set(folder, (folders.get(folder) ?? 0) + deltaUs)
    functions.set(name, (functions.get(name) ?? 0) + deltaUs)
    total += deltaUs
  })
  const ranked = (map) =>
    [...map].map(([name, us]) => ({ name, share: us / total })).sort((a, b) => b.share - a.share)
  return { folders: ranked(folders), functions: ranked(functions).slice(0, 40) }
}

const maps = new Map()

/** The source that a function of core's bundle is from, such as `run/engine`. */
function sourceOf({ url, lineNumber, columnNumber }) {
  if (!url.includes('/core/dist/')) return undefined
  if (!maps.has(url)) {
    maps.set(url, new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${url}.map`), 'utf8'))))
  }
  const { originalSource } = maps.get(url).findEntry(lineNumber, columnNumber)
  return /\/src\/(.*)\.ts$/.exec(originalSource ?? '')?.[1]
}

function outside(functionName, url) {
  if (functionName === '(garbage collector)') return 'garbage collector'
  return url.includes('/bench/') ? 'the benchmark itself' : 'Node and V8'
}
