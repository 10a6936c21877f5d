import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../../../../scripts/release/packages.ts'

/** Tests the adopter of Nest with the newest and the oldest Nest. Returns how many of the two failed. */
export function testNest(): number {
  const config = join(import.meta.dirname, 'vitest.config.ts')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  return ['nest-12', 'nest-11'].filter((mode) => {
    process.stdout.write(`${mode}:\n`)
    const args = [vitest, 'run', '--config', config, '--mode', mode, '--reporter', 'dot']
    return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0
  }).length
}
