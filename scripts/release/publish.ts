/**
 * Publishes each public tarball of .packs whose version is not on npm yet, and adds a Git tag for it. `--dry-run`
 * changes nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './packages.ts'

const isDryRun = process.argv.includes('--dry-run')
const packs = join(root, '.packs')

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
}

function manifestOf(tarball: string): Manifest {
  const text = execFileSync('tar', ['--extract', '--to-stdout', '--file', tarball, 'package/package.json'])
  return JSON.parse(text.toString()) as Manifest
}

/** Throws if the response of the registry is unclear, so that the script never publishes on a guess. */
function isPublished(id: string): boolean {
  const { status, stdout, stderr } = spawnSync('npm', ['view', id, 'version', '--json'], { encoding: 'utf8' })
  if (status === 0) return stdout.trim() !== ''
  if (`${stdout}${stderr}`.includes('E404')) return false
  throw new Error(`npm view ${id} failed:\n${stdout}${stderr}`)
}

for (const file of readdirSync(packs).sort()) {
  const tarball = join(packs, file)
  const { name, version, private: isPrivate = false } = manifestOf(tarball)
  const id = `${name}@${version}`
  if (isPrivate) {
    console.log(`${id} is not released yet`)
    continue
  }
  if (isPublished(id)) {
    console.log(`${id} is published already`)
    continue
  }
  const options = ['--access', 'public', isDryRun ? '--dry-run' : '--provenance']
  execFileSync('npm', ['publish', tarball, ...options], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (!isDryRun) execFileSync('git', ['tag', '--annotate', id, '--message', id])
  if (!isDryRun) console.log(`New tag: ${id}`)
}
