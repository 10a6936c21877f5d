import { readdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type { TestProject } from 'vitest/node'

const root = fileURLToPath(new URL('../..', import.meta.url))

const programs = [
  'examples/service/main.ts',
  'packages/console/src/cli/main.ts',
  'packages/core/test/programs/alive.ts',
  'packages/core/test/programs/first-import.ts',
  'packages/core/test/programs/frozen.ts',
  'packages/core/test/programs/service.ts',
  'packages/core/test/programs/two-supervisors.ts',
  'packages/core/test/programs/unawaited.ts',
  'packages/otel/test/processes/cluster.ts',
  'packages/otel/test/processes/ending.ts',
  'packages/otel/test/processes/first-import.ts',
  'packages/otel/test/processes/service.ts',
  'packages/otel/test/processes/stopping.ts',
  'packages/sentry/test/programs/first-import.ts',
  'packages/sentry/test/programs/unhandled-rejection.ts',
  'packages/sentry/test/programs/sigterm.ts',
  'packages/sentry/test/programs/two-tasks.ts',
] as const

export type Program = (typeof programs)[number]

const libraries = [
  'packages/core/src/index.ts',
  'packages/core/src/adapter/index.ts',
  'packages/core/src/testing/index.ts',
  'packages/console/src/index.ts',
  'packages/otel/src/index.ts',
  'packages/otel/src/node/index.ts',
  'packages/sentry/src/index.ts',
  'packages/sentry/test/otel-3/index.ts',
]

/**
 * Folders with their own `node_modules`. The first folder that contains a program is its home, so nested folders come
 * first.
 */
const homes = [
  'packages/sentry/test/otel-3',
  'packages/core',
  'packages/console',
  'packages/otel',
  'packages/sentry',
  'examples',
]

/**
 * A bundle starts much faster than `--import tsx`. It is in the `node_modules` of its package, so that it finds the
 * same dependencies.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Two test runs at the same time must not write to the same folder.
  const folder = `node_modules/.cache/child-bundles-${process.pid}`
  const outputs = new Map<string, string>()
  const builds = homes.map((home) => {
    const entryPoints = [...programs, ...libraries].filter(
      (entry) => homes.find((each) => entry.startsWith(`${each}/`)) === home,
    )
    for (const entry of entryPoints) {
      const output = relative(home, entry).replace(/\.ts$/, '.mjs')
      outputs.set(join(root, entry), join(root, home, folder, output))
    }
    return () =>
      build({
        absWorkingDir: root,
        entryPoints,
        outbase: home,
        outdir: join(home, folder),
        outExtension: { '.js': '.mjs' },
        bundle: true,
        splitting: true,
        format: 'esm',
        platform: 'node',
        target: 'node20',
        keepNames: true,
        logLevel: 'warning',
        plugins: [separate(outputs)],
      })
  })
  const buildAll = async () => void (await Promise.all(builds.map((each) => each())))

  for (const home of homes) await sweep(join(root, home, 'node_modules/.cache'))
  await buildAll()
  project.onTestsRerun(buildAll)
  const bundles = programs.map((program) => [program, outputs.get(join(root, program))])
  project.provide('childBundles', Object.fromEntries(bundles))
  return async () => {
    for (const home of homes) await rm(join(root, home, folder), { recursive: true, force: true })
  }
}

async function sweep(cache: string): Promise<void> {
  for (const name of await readdir(cache).catch(() => [])) {
    const [, pid] = /^child-bundles-(\d+)$/.exec(name) ?? []
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(cache, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Other bundles and installed packages stay imports, so that no package is loaded twice. */
function separate(outputs: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'separate',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /.*/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        // `resolve` below calls this function again. `pluginData` marks the second call.
        if (kind === 'entry-point' || path.startsWith('node:') || pluginData === separate) return undefined
        const found = await resolve(path, { kind, importer, resolveDir, pluginData: separate })
        const output = outputs.get(found.path)
        if (output !== undefined) return { path: pathToFileURL(output).href, external: true }
        return found.path.includes('/node_modules/') ? { path, external: true } : found
      })
    },
  }
}
