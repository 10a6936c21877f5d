// Compares the public surface of the built packages with the reports in docs/api; `--update` writes them anew.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { packages, sh } from './packages.mjs'
import { root } from './run.mjs'

mkdirSync(join(root, 'docs/api'), { recursive: true })

process.once('exit', (code) => {
  if (code !== 0) console.error('The public surface is not what docs/api says; `npm run api` writes it anew.')
})

for (const { folder, entries } of packages) {
  for (const entry of entries) {
    const part = entry === '.' ? '' : `.${entry.slice(2)}`
    const config = `packages/${folder}/api-extractor${part}.json`
    sh('api-extractor', [
      'run',
      '--config',
      config,
      ...(process.argv.includes('--update') ? ['--local'] : []),
    ])
  }
}
