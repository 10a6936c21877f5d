import { basename } from 'node:path'

/** The pnpm every script here uses. Pinned, and fetched by npx: nobody has to install it. */
const version = '10.34.9'

/** The command line that runs pnpm with `args`, whether or not a pnpm is on the PATH. */
export function pnpm(...args) {
  const viaNpm = ['exec', '--yes', `--package=pnpm@${version}`, '--', 'pnpm', ...args]
  const npm = process.env.npm_execpath ?? ''
  return basename(npm) === 'npm-cli.js' ? [process.execPath, npm, ...viaNpm] : ['npm', ...viaNpm]
}
