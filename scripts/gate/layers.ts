/**
 * Checks each package, and exits with 1 if one of these rules is broken:
 * - Folders import only lower layers.
 * - Each folder has a layer.
 * - The root folder has few files.
 * - There are no import cycles.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Layers from the top down. Folders of the same layer must not import each other. `.` stands for the files in the
 * root folder.
 */
export type Layers = readonly (readonly string[])[]

interface Package {
  readonly name: string
  readonly layers: Layers
  readonly maxInRoot: number
}

export const packages: readonly Package[] = [
  {
    name: 'core',
    maxInRoot: 3,
    layers: [
      ['testing', 'adapter', 'decorators'],
      ['.'],
      ['facade'],
      ['process'],
      ['shell'],
      ['observe'],
      ['task'],
      ['metrics'],
      ['kernel', 'events'],
      ['health', 'restart', 'schedule', 'shutdown', 'fleet'],
      ['base'],
    ],
  },
  {
    name: 'otel',
    maxInRoot: 2,
    layers: [
      ['index.ts'],
      ['node', 'alerts'],
      ['otel-observer.ts'],
      ['logs'],
      ['spans', 'metrics'],
      ['sdk'],
      ['options'],
      ['base'],
    ],
  },
  {
    name: 'sentry',
    maxInRoot: 2,
    layers: [
      ['index.ts'],
      ['sentry-observer.ts'],
      ['setup'],
      ['capture', 'crons', 'telemetry'],
      ['spans'],
      ['sdk'],
      ['base'],
    ],
  },
  {
    name: 'console',
    maxInRoot: 2,
    layers: [
      ['index.ts'],
      ['create-console.ts'],
      ['cli', 'page', 'server'],
      ['access', 'read'],
      ['feed'],
      ['api'],
    ],
  },
  {
    name: 'adopt',
    maxInRoot: 1,
    layers: [
      ['testing'],
      [
        '.',
        'bullmq',
        'channel',
        'cron',
        'croner',
        'discord',
        'express',
        'fastify',
        'graphile-worker',
        'hono',
        'nest',
        'node-cron',
        'pg-boss',
        'timers',
      ],
      ['base'],
    ],
  },
  {
    name: 'bullmq',
    maxInRoot: 4,
    layers: [
      ['index.ts'],
      ['bullmq-fleet.ts'],
      ['member.ts'],
      ['runs'],
      ['records'],
      ['store'],
      ['options.ts'],
    ],
  },
]

export interface Graph {
  readonly files: readonly string[]
  readonly imports: ReadonlyMap<string, readonly string[]>
}

const specifier = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g

export function readGraph(root: string): Graph {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file))
    .sort()
  const imports = new Map(files.map((file) => [file, importsOf(root, file)]))
  return { files, imports }
}

function importsOf(root: string, file: string): readonly string[] {
  const from = dirname(join(root, file))
  const found = readFileSync(join(root, file), 'utf8').matchAll(specifier)
  return [...new Set([...found].map(([, target = '']) => relative(root, resolve(from, target))))]
}

function layerOf(file: string, layers: Layers): string {
  if (file.includes('/')) return file.slice(0, file.indexOf('/'))
  return layers.flat().includes(file) ? file : '.'
}

export function upwardImports({ imports }: Graph, layers: Layers): string[] {
  const floorOf = (folder: string): number => layers.findIndex((folders) => folders.includes(folder))
  const found: string[] = []
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const from = layerOf(file, layers)
      const to = layerOf(target, layers)
      if (from !== to && floorOf(from) >= floorOf(to)) found.push(`${file} -> ${target}`)
    }
  }
  return found
}

export function foldersWithoutLayer({ files }: Graph, layers: Layers): string[] {
  const known = new Set(layers.flat())
  return [...new Set(files.map((file) => layerOf(file, layers)))].filter((folder) => !known.has(folder))
}

/** Groups of files that import each other, found with Tarjan's algorithm. */
export function importCycles({ files, imports }: Graph): string[][] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const cycles: string[][] = []
  const visit = (file: string): number => {
    const own = order.size
    let low = own
    order.set(file, own)
    stack.push(file)
    for (const target of imports.get(file) ?? []) {
      const known = order.get(target)
      if (known === undefined) low = Math.min(low, visit(target))
      else if (stack.includes(target)) low = Math.min(low, known)
    }
    lowest.set(file, low)
    if (low === own) {
      const cycle = stack.splice(stack.indexOf(file))
      if (cycle.length > 1) cycles.push(cycle.sort((a, b) => a.localeCompare(b)))
    }
    return low
  }
  for (const file of files) if (!order.has(file)) visit(file)
  return cycles
}

function check({ name, layers, maxInRoot }: Package): number {
  const graph = readGraph(fileURLToPath(new URL(`../../packages/${name}/src`, import.meta.url)))
  const faults = [
    ...importCycles(graph).map((cycle) => `cycle: ${cycle.join(', ')}`),
    ...upwardImports(graph, layers).map((edge) => `upward import: ${edge}`),
    ...foldersWithoutLayer(graph, layers).map((folder) => `folder without a layer: ${folder}`),
  ]
  const inRoot = graph.files.filter((file) => !file.includes('/'))
  if (inRoot.length > maxInRoot) faults.push(`more than ${maxInRoot} files in the root`)
  for (const fault of faults) console.error(`${name}: ${fault}`)
  const imports = [...graph.imports.values()].reduce((sum, targets) => sum + targets.length, 0)
  const counts = `${graph.files.length} files, ${imports} imports, ${faults.length} faults`
  console.log(`${name}: ${counts}; in the root: ${inRoot.join(', ')}`)
  return faults.length
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = packages.map(check).reduce((sum, count) => sum + count, 0)
  process.exitCode = faults === 0 ? 0 : 1
}
