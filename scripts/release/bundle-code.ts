import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import type { Package } from './packages.ts'

const common: BuildOptions = {
  platform: 'node',
  target: 'es2022',
  charset: 'utf8',
  // Minifying saves a fifth of the code. Stack traces stay readable, because names are kept and lines are short.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 120,
  // The tarball contains no source maps, so the code must not refer to them.
  sourcemap: 'external',
  sourcesContent: false,
  logLevel: 'warning',
}

/** The declarations contain the doc comments. Here, empty lines replace them, so that source maps stay correct. */
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
 * Without the added comment, a program that Next.js bundles does not find the optional peer dependencies. esbuild
 * removes the comments of the sources.
 */
function leaveComputedImports(file: string): void {
  const code = readFileSync(file, 'utf8')
  writeFileSync(file, code.replace(/\bimport\((?=[\w$])/g, 'import(/* webpackIgnore: true */ '))
}

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

  // CommonJS is built from the ES bundles, so that its entry points share code, too.
  const bundles = readdirSync(esm, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.js') && !programs.includes(file.slice(0, -3)),
  )
  await build({
    ...common,
    entryPoints: bundles.map((file) => join(esm, file)),
    outbase: esm,
    outdir: cjs,
    format: 'cjs',
    // Jest refuses `import()` in CommonJS. `import()` could also load a second copy of a peer dependency.
    supported: { 'dynamic-import': false },
  })
}
