import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../../../../scripts/release/packages.ts'

const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const config = join(root, 'packages/adopt/test/gate/vitest.config.ts')

/** The newest versions of some libraries need this major version of Node. */
const newerNode = 22

/**
 * Runs the tests that need servers with this Node. If this Node is older than 22, it runs them with Node 22, too.
 * Returns the number of Node versions with a failed test.
 */
export function testServers(chosen: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'runwell-node-'))
  try {
    const nodes = isNewer(process.versions.node) ? [process.execPath] : [process.execPath, install(folder)]
    return nodes.filter((node) => !passes(node, chosen)).length
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function isNewer(version: string): boolean {
  return Number.parseInt(version, 10) >= newerNode
}

function passes(node: string, chosen: readonly string[]): boolean {
  const files = chosen.map((name) => name.toLowerCase().split(' ')[0] ?? '')
  const args = [vitest, 'run', '--config', config, '--passWithNoTests', ...files]
  return spawnSync(node, args, { cwd: root, stdio: 'inherit' }).status === 0
}

function install(folder: string): string {
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const wanted = `node@npm:node-${process.platform}-${process.arch}@${newerNode}`
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--prefer-offline']
  const { status } = spawnSync('npm', ['install', ...flags, wanted], { cwd: folder, stdio: 'inherit' })
  if (status !== 0) throw new Error(`npm could not install ${wanted}`)
  return join(folder, 'node_modules/node/bin/node')
}
