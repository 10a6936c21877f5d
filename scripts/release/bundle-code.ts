import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import type { Package } from './packages.ts'

const common: BuildOptions = {
  platform: 'node',
  target: 'es2022',
  charset: 'utf8',
  // Shortens statements and leaves out indentation, which saves a fifth of the code. Names stay and lines are short, so
  // that a stack trace can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 120,
  // Source maps are for profiling in the repository. With `external` the code does not refer to them, because the
  // tarball contains no source maps.
  sourcemap: 'external',
  sourcesContent: false,
  logLevel: 'warning',
}

/**
 * Removes doc comments, because the declarations contain them already. esbuild would keep the comments of class
 * members, a tenth of the code. The comments become empty lines, so that source maps stay correct.
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

/**
 * Tells bundlers again to leave each `import()` of a computed name alone: esbuild removes such comments together with the
 * indentation. Without them, a program that Next.js bundles does not find the optional peers.
 */
function leaveComputedImports(file: string): void {
  const code = readFileSync(file, 'utf8')
  writeFileSync(file, code.replace(/\bimport\((?=[\w$])/g, 'import(/* webpackIgnore: true */ '))
}

/** Writes a file per entry point, and files for shared code, in both formats. Dependencies stay imports. */
export async function bundleCode({
  dir,
  entries,
  programs,
}: Pick<Package, 'dir' | 'entries' | 'programs'>): Promise<void> {
  const [esm, cjs] = [join(dir, 'dist/esm'), join(dir, 'dist/cjs')]
  await build({
    ...common,
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

  for (const file of readdirSync(esm, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.js')) leaveComputedImports(join(esm, file))

  // CommonJS is made from the ES bundles, so that its entry points share code as well.
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
    // `import()` in CommonJS would load an ES module, which Jest refuses. It could also load another copy of a peer
    // than the one that the application requires.
    supported: { 'dynamic-import': false },
  })
}
