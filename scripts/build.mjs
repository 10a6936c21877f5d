// Builds every package twice from the same sources: ESM into dist/esm, CommonJS into dist/cjs.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages, sh } from './packages.mjs'

// A deleted source must not live on in a tarball.
for (const { dir } of packages) rmSync(join(dir, 'dist'), { recursive: true, force: true })

sh('tsc', ['-b', 'tsconfig.build.json'])

for (const { dir } of packages) {
  const dist = join(dir, 'dist')
  writeFileSync(join(dist, 'cjs/package.json'), '{ "type": "commonjs", "sideEffects": false }\n')

  // tsc rewrites `./x.ts` to `./x.js` in code but not in declarations, where TypeScript before 5.0 can't follow it.
  for (const file of readdirSync(dist, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue
    const path = join(dist, file)
    const declarations = readFileSync(path, 'utf8')
    writeFileSync(path, declarations.replace(/(['"])(\.\.?\/[^'"]+)\.ts\1/g, '$1$2.js$1'))
  }
}
