// Builds every package: ES modules into dist/esm, CommonJS into dist/cjs, and declarations into both folders.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleCode } from './bundle-code.ts'
import { bundleDeclarations } from './bundle-declarations.ts'
import { packages, sh } from './packages.ts'

process.stderr.write('Building the packages (about a minute)\n')
// Removes old output, so that no tarball contains the output of a deleted source file.
for (const { dir } of packages) {
  for (const output of ['dist', 'temp']) rmSync(join(dir, output), { recursive: true, force: true })
}

sh('tsc', ['-b', 'tsconfig.build.json'])

for (const item of packages) {
  await bundleCode(item)
  writeFileSync(join(item.dir, 'dist/cjs/package.json'), '{ "type": "commonjs", "sideEffects": false }\n')
  bundleDeclarations(item)
}
