import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import type { Package } from './packages.ts'

const common: BuildOptions = {
  platform: 'node',
  target: 'es2022',
  charset: 'utf8',
  // Shortens statements, a fifteenth of the code. Names and lines stay, so that a stack trace can be read.
  minifySyntax: true,
  // For profiles taken in the repository. The tarball leaves the maps out, so nothing may point at them.
  sourcemap: 'external',
  sourcesContent: false,
  logLevel: 'warning',
}

/**
 * Leaves doc comments out: the declarations have them, and esbuild keeps those of class members, a tenth of the code. Their
 * lines stay, so that source maps fit.
 */
const withoutDocComments: Plugin = {
  name: 'without-doc-comments',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const contents = source.replace(/^ *\/\*\*[\s\S]*?\*\/$/gm, (comment) => comment.replace(/[^\n]+/g, ''))
      return { contents, loader: 'ts' }
    })
  },
}

/** Writes one file per entry point and one for the code that they share. Dependencies stay imports. */
export async function bundleCode({ dir, entries, programs }: Package): Promise<void> {
  const [esm, cjs] = [join(dir, 'dist/esm'), join(dir, 'dist/cjs')]
  await build({
    ...common,
    // The comment in front of each module names its file from here.
    absWorkingDir: join(dir, 'src'),
    entryPoints: [...entries.map(({ module }) => module), ...programs].map((module) =>
      join(dir, 'src', `${module}.ts`),
    ),
    outbase: join(dir, 'src'),
    outdir: esm,
    format: 'esm',
    bundle: true,
    packages: 'external',
    splitting: true,
    chunkNames: 'shared-[hash]',
    plugins: [withoutDocComments],
  })

  // From the same bundles, so that entry points share in CommonJS what they share as ES modules.
  const bundles = readdirSync(esm, { recursive: true, encoding: 'utf8' }).filter(
    // Commands are ES modules only: they are not imported.
    (file) => file.endsWith('.js') && !programs.includes(file.slice(0, -3)),
  )
  await build({
    ...common,
    entryPoints: bundles.map((file) => join(esm, file)),
    outbase: esm,
    outdir: cjs,
    format: 'cjs',
    // Half of the tarball. Names and lines stay, so that a stack trace still says where it was.
    minifyWhitespace: true,
    lineLimit: 120,
    // `import()` would leave CommonJS: Jest refuses it, and the peer it finds may be another copy than the user's.
    supported: { 'dynamic-import': false },
  })
}
