// @ts-check
// Installs the packages if needed. Then runs a program with the same signals, output and exit code.
// This file is not TypeScript, because it runs before anything is installed, and Node 20 cannot run TypeScript.
import './leash.mjs'
import { install } from './install.mjs'
import { run } from './run.mjs'

/** @type {Record<string, readonly string[]>} */
const programs = {
  docs: ['--import', 'tsx', 'docs/site/build.ts'],
  runwell: ['packages/console/bin/runwell.mjs'],
  start: ['--import', 'tsx', 'examples/service/main.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--project', 'processes'],
}

const [name = '', ...rest] = process.argv.slice(2)
// pnpm passes the separator `--` on to this program. npm does not.
const args = rest[0] === '--' ? rest.slice(1) : rest

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Runwell needs Node 20.19 or newer; this is ${process.version}.\n`)
  process.exit(1)
}

const installed = await install()
if (installed !== 0) {
  const told = `Could not install the dependencies: pnpm ended with ${installed}; the lines above say why.\n`
  // Above 128, a signal such as Ctrl-C ended the installation, which needs no explanation.
  if (installed < 128) process.stderr.write(told)
  process.exit(installed)
}
if (name === '') process.exit(0)
// If this process is killed, `leash.mjs` ends the program. A URL works in any working directory.
const leash = ['--import', import.meta.resolve('./leash.mjs')]
process.exit(await run([process.execPath, ...leash, ...(programs[name] ?? []), ...args]))
