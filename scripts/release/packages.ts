import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Package {
  readonly folder: string
  readonly dir: string
  readonly manifest: Manifest
  readonly entries: readonly Entry[]
  /** The source files of the package's commands, such as `cli/main`. */
  readonly programs: readonly string[]
  /** True if each entry point is for a different library, and an application has only some of them. */
  readonly servesManyHosts: boolean
}

interface Manifest {
  readonly name: string
  readonly publishConfig?: { readonly bin?: Readonly<Record<string, string>> }
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export interface Entry {
  readonly subpath: string
  /** Relative to `src` and without the extension, such as `testing/index`. */
  readonly module: string
}

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Each package depends only on packages before it. */
export const packages: readonly Package[] = ['core', 'otel', 'sentry', 'adopt', 'console', 'bullmq'].map(
  (folder) => {
    const dir = join(root, 'packages', folder)
    const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest
    const entries = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
      typeof target === 'string' ? [] : [{ subpath, module: moduleOf(target.default) }],
    )
    const programs = Object.values(manifest.publishConfig?.bin ?? {}).map(programOf)
    return { folder, dir, manifest, entries, programs, servesManyHosts: folder === 'adopt' }
  },
)

function moduleOf(source: string): string {
  const module = /^\.\/src\/(.+)\.ts$/.exec(source)?.[1]
  if (module === undefined) throw new Error(`Expected a file like ./src/index.ts as "default", got ${source}`)
  return module
}

function programOf(built: string): string {
  const module = /^\.\/dist\/esm\/(.+)\.js$/.exec(built)?.[1]
  if (module === undefined)
    throw new Error(`Expected a file like ./dist/esm/cli/main.js as "bin", got ${built}`)
  return module
}

interface ShellOptions {
  readonly cwd?: string
  readonly quiet?: boolean
}

/** Exits with the code of the tool if the tool fails. */
export function sh(command: string, args: readonly string[], options: ShellOptions = {}): void {
  const { cwd = root, quiet = false } = options
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`
  try {
    execFileSync(command, args, {
      cwd,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      env: { ...process.env, PATH: path },
      maxBuffer: 64 * 1_024 * 1_024,
    })
  } catch (error) {
    if (quiet) showOutput(error)
    const status = error instanceof Error && 'status' in error ? error.status : undefined
    if (typeof status !== 'number') throw error
    process.exit(status)
  }
}

function showOutput(error: unknown): void {
  const { stdout, stderr } = error as { readonly stdout?: Buffer; readonly stderr?: Buffer }
  for (const output of [stdout, stderr]) if (output !== undefined) process.stderr.write(output)
}
