// Compares the built packages with the API reports in docs/api. `--update` writes the reports.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { packages, root, sh } from './packages.ts'

mkdirSync(join(root, 'docs/api'), { recursive: true })

process.once('exit', (code) => {
  if (code !== 0) console.error('The public surface differs from docs/api. Run `npm run api` to update it.')
})

const update = process.argv.includes('--update') ? ['--local'] : []
for (const { folder, entries, servesManyHosts } of packages) {
  // A package for many libraries has a report only for its first entry point. Most of its entry points export a
  // single function.
  for (const { subpath } of servesManyHosts ? entries.slice(0, 1) : entries) {
    const part = subpath === '.' ? '' : `.${subpath.slice(2)}`
    sh('api-extractor', ['run', '--config', `packages/${folder}/api-extractor${part}.json`, ...update])
  }
}
