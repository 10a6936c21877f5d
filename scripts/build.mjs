// Builds every package twice from the same sources: ESM into dist/esm, CommonJS into dist/cjs.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages, sh } from './packages.mjs'

// A deleted source must not live on in a tarball.
for (const { dir } of packages) rmSync(join(dir, 'dist'), { recursive: true, force: true })

sh('tsc', ['-b', 'tsconfig.build.json'])

for (const { dir } of packages) {
  writeFileSync(join(dir, 'dist/cjs/package.json'), '{ "type": "commonjs", "sideEffects": false }\n')
}
