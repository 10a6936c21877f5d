// @ts-check
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm } from './pnpm.mjs'
import { root, run } from './run.mjs'

const stampFile = join(root, 'node_modules/.installed')

/** Resolves with pnpm's exit code, or with 0 if the packages are already installed. */
export async function install() {
  const stamp = stampOf(manifests())
  if (stamp === installedStamp()) return 0

  process.stderr.write('Installing dependencies (only needed when the lock file has changed)\n')
  // With `NODE_ENV=production`, pnpm would not install the development tools.
  const { NODE_ENV: _, ...env } = process.env
  // Stdout belongs to the program that runs next, so the progress of the installation goes to stderr.
  const code = await run(pnpm('install', '--frozen-lockfile', '--prod=false'), {
    env,
    stdio: ['ignore', process.stderr, process.stderr],
    wholeGroup: true,
  })
  if (code === 0) writeFileSync(stampFile, stamp)
  return code
}

function members() {
  return ['.', ...patterns().flatMap(foldersOf)].filter((dir) => existsSync(join(root, dir, 'package.json')))
}

/** Uses a regular expression, because no YAML parser is installed yet. */
function patterns() {
  const [, list = ''] =
    /^packages:\n((?: +- .+\n)+)/m.exec(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) ?? []
  return [...list.matchAll(/- +'?([^'\n]+)'?/g)].map((match) => match[1] ?? '')
}

/** @param {string} pattern a folder, or `parent/*` */
function foldersOf(pattern) {
  if (!pattern.endsWith('/*')) return [pattern]
  const parent = pattern.slice(0, -2)
  return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
}

function manifests() {
  return ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...members().map((dir) => `${dir}/package.json`)]
}

/** @param {readonly string[]} files */
function stampOf(files) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

function installedStamp() {
  const whole = members().every((dir) => existsSync(join(root, dir, 'node_modules')))
  return whole && existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined
}
