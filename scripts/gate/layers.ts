/**
 * Holds the layers of a package: a folder imports only folders that stand below it, type imports included, and no two
 * files import each other, directly or by a detour. Prints what it found and exits with 1 if anything breaks a rule.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folders of each package from the top down; folders of one line must not import each other. */
export type Layers = readonly (readonly string[])[]

export const coreLayers: Layers = [
  ['testing'],
  ['.'],
  ['facade'],
  ['process'],
  ['shell'],
  ['observe'],
  ['task'],
  ['metrics'],
  ['kernel', 'events'],
  ['health', 'restart', 'schedule', 'shutdown'],
  ['base'],
]

export interface Graph {
  readonly files: readonly string[]
  /** File to the files it imports; both relative to the root of the sources. */
  readonly imports: ReadonlyMap<string, readonly string[]>
}

const specifier = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g

/** Reads every import of the sources below `root`, tests left out. */
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

/** The first folder of a file, `.` for a file in the root. */
function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '.'
}

/** Imports that do not go down, as `from -> to`. */
export function upwardImports({ imports }: Graph, layers: Layers): string[] {
  const floorOf = (folder: string): number => layers.findIndex((folders) => folders.includes(folder))
  const found: string[] = []
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const from = folderOf(file)
      const to = folderOf(target)
      if (from !== to && floorOf(from) >= floorOf(to)) found.push(`${file} -> ${target}`)
    }
  }
  return found
}

/** Folders that no layer names. */
export function foldersWithoutLayer({ files }: Graph, layers: Layers): string[] {
  const known = new Set(layers.flat())
  return [...new Set(files.map(folderOf))].filter((folder) => !known.has(folder))
}

/** Groups of files that import each other, found by Tarjan's algorithm for strongly connected components. */
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

function main(): number {
  const root = fileURLToPath(new URL('../../packages/core/src', import.meta.url))
  const graph = readGraph(root)
  const faults = [
    ...importCycles(graph).map((cycle) => `cycle: ${cycle.join(', ')}`),
    ...upwardImports(graph, coreLayers).map((edge) => `upward import: ${edge}`),
    ...foldersWithoutLayer(graph, coreLayers).map((folder) => `folder without a layer: ${folder}`),
  ]
  const inRoot = graph.files.filter((file) => !file.includes('/'))
  if (inRoot.length > 3) faults.push(`more than 3 files in the root: ${inRoot.join(', ')}`)
  const count = [...graph.imports.values()].reduce((sum, targets) => sum + targets.length, 0)
  for (const fault of faults) console.error(fault)
  console.log(
    `core: ${graph.files.length} files, ${count} imports, ${faults.length} faults; in the root: ${inRoot.join(', ')}`,
  )
  return faults.length === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main()
