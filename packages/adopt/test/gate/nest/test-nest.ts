import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../../../../scripts/release/packages.ts'

const consumer = join(import.meta.dirname, '../consumers/nest')
const compiled = join(import.meta.dirname, '../../../temp/consumers/nest')

/** Returns the number of failed steps. */
export function testNest(): number {
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    join(import.meta.dirname, 'vitest.config.ts'),
  ]
  const tsc = ['node_modules/typescript/bin/tsc', '-p', consumer]
  const emit = ['--noEmit', 'false', '--noCheck', '--noResolve', '--rootDir', consumer, '--outDir', compiled]
  const steps: Readonly<Record<string, readonly string[]>> = {
    'Nest 12': [...vitest, '--mode', 'nest-12', '--reporter', 'dot'],
    'Nest 11': [...vitest, '--mode', 'nest-11', '--reporter', 'dot'],
    'types of an application': tsc,
    'decorators of an application': [...tsc, ...emit],
    'an application': ['--import', 'tsx', join(compiled, 'main.js')],
  }
  const failed = Object.entries(steps).filter(([name, args]) => {
    process.stdout.write(`${name}:\n`)
    return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status !== 0
  })
  for (const [name] of failed) process.stdout.write(`  FAILED ${name}\n`)
  return failed.length
}
