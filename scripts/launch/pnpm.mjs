// @ts-check
import { basename } from 'node:path'

/** `npm exec` downloads this version, so users do not have to install pnpm. */
const version = '10.34.9'

/**
 * @param {string[]} args
 * @returns {[string, ...string[]]}
 */
export function pnpm(...args) {
  const viaNpm = ['exec', '--yes', `--package=pnpm@${version}`, '--', 'pnpm', ...args]
  const npm = process.env['npm_execpath'] ?? ''
  return basename(npm) === 'npm-cli.js' ? [process.execPath, npm, ...viaNpm] : ['npm', ...viaNpm]
}
