// Builds every package twice from the same sources: ES modules into dist/esm, CommonJS into dist/cjs. The compiler writes
// the declarations, one per source; esbuild bundles the code, for most of what an import costs is the number of files.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { packages, sh } from './packages.mjs'

const common = {
  platform: 'node',
  target: 'es2022',
  charset: 'utf8',
  sourcemap: true,
  // The sources are in the tarball.
  sourcesContent: false,
  logLevel: 'warning',
}

// A deleted source must not live on in a tarball.
for (const { dir } of packages) rmSync(join(dir, 'dist'), { recursive: true, force: true })

sh('tsc', ['-b', 'tsconfig.build.json'])

for (const { dir, manifest } of packages) {
  const dist = join(dir, 'dist')
  await bundle(dir, manifest.exports)
  writeFileSync(join(dist, 'cjs/package.json'), '{ "type": "commonjs", "sideEffects": false }\n')

  // tsc rewrites `./x.ts` to `./x.js` in code but not in declarations, where TypeScript before 5.0 can't follow it.
  for (const file of readdirSync(dist, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue
    const path = join(dist, file)
    const declarations = readFileSync(path, 'utf8')
    writeFileSync(path, declarations.replace(/(['"])(\.\.?\/[^'"]+)\.ts\1/g, '$1$2.js$1'))
  }
}

/** One file per entry point and one for what they share; what is not ours stays an import. */
async function bundle(dir, { './package.json': _, ...entries }) {
  const [esm, cjs] = [join(dir, 'dist/esm'), join(dir, 'dist/cjs')]
  await build({
    ...common,
    entryPoints: Object.values(entries).map(({ default: source }) => join(dir, source)),
    outbase: join(dir, 'src'),
    outdir: esm,
    format: 'esm',
    bundle: true,
    packages: 'external',
    splitting: true,
    chunkNames: 'shared-[hash]',
  })

  // From the same bundles, so that entry points share in CommonJS what they share as ES modules.
  const bundles = readdirSync(esm, { recursive: true }).filter((file) => file.endsWith('.js'))
  await build({
    ...common,
    entryPoints: bundles.map((file) => join(esm, file)),
    outbase: esm,
    outdir: cjs,
    format: 'cjs',
    // `import()` would leave CommonJS: Jest refuses it, and the peer it finds may be another copy than the user's.
    supported: { 'dynamic-import': false },
  })
}
