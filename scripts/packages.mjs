import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

/** The published packages, in the order they depend on each other. `entries` are sub-paths such as `.` and `./testing`. */
export const packages = ['core', 'otel', 'sentry'].map((folder) => {
  const dir = join(root, 'packages', folder)
  const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
  const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json')
  return { folder, dir, manifest, entries }
})

/** Runs an installed tool and shows its output; a failure ends the calling script with the tool's exit code. */
export function sh(command, args, options = {}) {
  const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`
  try {
    execFileSync(command, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: path },
      ...options,
    })
  } catch (error) {
    if (typeof error.status !== 'number') throw error
    process.exit(error.status)
  }
}
