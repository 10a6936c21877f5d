// `npm run docs` builds the site into docs/site/dist. Set DOCS_BASE=/runwell/ for a site below that path.
//
// --dev      serves the site and updates it when a page changes
// --preview  serves the site that was built last
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pnpm } from '../../scripts/launch/pnpm.mjs'
import { brokenLinks } from './check-links.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

function run([command = '', ...args]: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: here, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

function install(): void {
  const lock = readFileSync(join(here, 'pnpm-lock.yaml'), 'utf8')
  const stamp = join(here, 'node_modules/.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  run(pnpm('install', '--frozen-lockfile', '--prod=false'))
  writeFileSync(stamp, lock)
}

const vitepress = (command: string): void => {
  run([process.execPath, join(here, 'node_modules/vitepress/bin/vitepress.js'), command, here])
}

install()
if (process.argv.includes('--preview')) {
  vitepress('preview')
} else {
  run([process.execPath, '--import', 'tsx', join(here, 'api.ts')])
  vitepress(process.argv.includes('--dev') ? 'dev' : 'build')
  if (!process.argv.includes('--dev')) {
    const { pages, broken } = brokenLinks(join(here, 'dist'), process.env['DOCS_BASE'])
    for (const link of broken) console.error(`broken link: ${link}`)
    console.log(`${pages} pages in docs/site/dist, ${broken.length} broken links`)
    if (broken.length > 0) process.exit(1)
  }
}
