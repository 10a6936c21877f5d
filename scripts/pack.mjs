// Packs the built packages into .packs and judges the tarballs as a stranger's tools would.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sh } from './packages.mjs'
import { pnpm } from './pnpm.mjs'
import { root } from './run.mjs'

const packs = join(root, '.packs')
rmSync(packs, { recursive: true, force: true })

// pnpm, because npm would ignore publishConfig.exports and ship exports that point at the sources.
const [command, ...args] = pnpm('--recursive', '--filter=./packages/*', 'pack', `--pack-destination=${packs}`)
sh(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })

for (const tarball of readdirSync(packs).sort()) {
  console.log(`\n${tarball}`)
  sh('publint', ['--strict', join(packs, tarball)])
  sh('attw', [join(packs, tarball), '--format=ascii', '--no-emoji'])
}
