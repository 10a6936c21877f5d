// Packs the built packages into .packs, and checks each tarball. `--verbose` shows the output of the checks.
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm } from '../launch/pnpm.mjs'
import { root, sh } from './packages.ts'

/** A tarball with a second copy of the code or of the declarations exceeds these limits. */
const limits: Readonly<Record<string, Size>> = {
  '@runwell/core': { files: 34, kilobytes: 1_280 },
  '@runwell/otel': { files: 30, kilobytes: 600 },
  '@runwell/sentry': { files: 20, kilobytes: 250 },
  // This package has one file of declarations for each source file.
  '@runwell/adopt': { files: 180, kilobytes: 400 },
  '@runwell/console': { files: 20, kilobytes: 560 },
  '@runwell/bullmq': { files: 15, kilobytes: 200 },
}

interface Size {
  readonly files: number
  /** A kilobyte has 1,000 bytes here, as in the output of npm. */
  readonly kilobytes: number
}

const quiet = !process.argv.includes('--verbose')
const packs = join(root, '.packs')
rmSync(packs, { recursive: true, force: true })

// Uses pnpm, because npm ignores `publishConfig.exports`. With npm, the exports would point at the sources.
const [command, ...args] = pnpm('--recursive', '--filter=./packages/*', 'pack', `--pack-destination=${packs}`)
sh(command, args, { quiet })

for (const tarball of readdirSync(packs).sort()) {
  const path = join(packs, tarball)
  console.log(`${tarball.padEnd(28)} ${checkedSize(path)}`)
  sh('publint', ['--strict', path], { quiet })
  sh('attw', [path, '--format=ascii', '--no-emoji'], { quiet })
}
console.log(`
To install them, run one command in the folder of your service, with core and the others that you use:

  npm install ${packs}/runwell-core-*.tgz ${packs}/runwell-otel-*.tgz

docs/install.md says which packages you need, and what else from npm.`)

function checkedSize(tarball: string): string {
  const output = execFileSync('npm', ['pack', tarball, '--dry-run', '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', quiet ? 'pipe' : 'inherit'],
  })
  const [packed] = JSON.parse(output) as readonly Packed[]
  const limit = limits[packed?.name ?? '']
  if (packed === undefined || limit === undefined) throw new Error(`Expected a limit for ${packed?.name}`)

  const { entryCount: files, unpackedSize } = packed
  const kilobytes = Math.round(unpackedSize / 1_000)
  const size = `${files} files (limit ${limit.files}), ${kilobytes} KB unpacked (limit ${limit.kilobytes})`
  if (files <= limit.files && unpackedSize <= limit.kilobytes * 1_000) return size
  console.error(`${packed.name} is too large: ${size}`)
  process.exit(1)
}

interface Packed {
  readonly name: string
  readonly entryCount: number
  readonly unpackedSize: number
}
