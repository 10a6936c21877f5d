// Installs the packed tarballs with npm into an empty folder, as a stranger would, then compiles a program against them
// under every kind of module resolution and runs what comes out, as CommonJS and as ES modules.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packages, sh } from './packages.mjs'
import { root } from './run.mjs'

/** The last TypeScript that still knows `node10`. */
const typescript = '5.9.3'

/** [file, module, moduleResolution]; the file's extension decides what node16 and nodenext make of it. */
const consumers = [
  ['node10.ts', 'commonjs', 'node10'],
  ['node16.cts', 'node16', 'node16'],
  ['node16.mts', 'node16', 'node16'],
  ['nodenext.cts', 'nodenext', 'nodenext'],
  ['nodenext.mts', 'nodenext', 'nodenext'],
  ['bundler.mts', 'esnext', 'bundler'],
]

const folder = mkdtempSync(join(tmpdir(), 'runwell-smoke-'))
const inFolder = { cwd: folder }
try {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: dependencies() }))
  sh('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], inFolder)

  for (const [file, module, resolution] of consumers) {
    const out = join(folder, file.replace('.', '-'))
    mkdirSync(out)
    copyFileSync(join(root, 'scripts/smoke/consumer.ts'), join(out, file))
    const flags = ['--strict', '--skipLibCheck', '--esModuleInterop', '--target', 'es2022', '--types', 'node']
    const tsc = join(folder, 'node_modules/.bin/tsc')
    sh(tsc, [join(out, file), '--module', module, '--moduleResolution', resolution, ...flags], inFolder)
    console.log(`${file} with moduleResolution ${resolution} compiles`)
    sh(process.execPath, [join(out, file.replace('ts', 'js'))], inFolder)
  }
  proveBothFormats()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The tarballs, their peers in the very versions we develop with, and a compiler. */
function dependencies() {
  const tarballs = readdirSync(join(root, '.packs')).map((file) => join(root, '.packs', file))
  const versions = { typescript, '@types/node': installedVersion(root, '@types/node') }
  for (const { folder, dir, manifest } of packages) {
    versions[manifest.name] = `file:${tarballs.find((file) => file.includes(`runwell-${folder}-`))}`
    for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
      if (!peer.startsWith('@runwell/')) versions[peer] = installedVersion(dir, peer)
    }
  }
  return versions
}

function installedVersion(dir, name) {
  return JSON.parse(readFileSync(join(dir, 'node_modules', name, 'package.json'), 'utf8')).version
}

/** Each entry point answers `import` with its ESM build and `require` with its CommonJS build. */
function proveBothFormats() {
  const names = packages.flatMap(({ manifest, entries }) =>
    entries.map((entry) => join(manifest.name, entry)),
  )
  const probe = `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    for (const name of ${JSON.stringify(names)}) {
      const [esm, cjs] = [import.meta.resolve(name), require.resolve(name)]
      if (!esm.includes('/dist/esm/') || !cjs.includes('/dist/cjs/')) throw new Error(name + ' resolves to ' + esm + ' and ' + cjs)
      const [imported, required] = [Object.keys(await import(name)), Object.keys(require(name))]
      if (imported.sort().join() !== required.filter((key) => key !== '__esModule').sort().join()) throw new Error(name + ' differs')
      console.log(name + ' imports and requires, ' + imported.length + ' exports')
    }`
  writeFileSync(join(folder, 'probe.mjs'), probe)
  sh(process.execPath, ['probe.mjs'], inFolder)
}
