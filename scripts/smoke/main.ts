// Installs the packed tarballs into an empty folder, as a user would. Then compiles and runs programs that use them.
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
import { packages, root, sh } from '../release/packages.ts'

/** The last version of TypeScript that supports the module resolution `node10`. */
const typescript = '5.9.3'

/** With `node16` and `nodenext`, the extension decides the module format. */
const consumers = [
  { file: 'node10.ts', module: 'commonjs', resolution: 'node10' },
  { file: 'node16.cts', module: 'node16', resolution: 'node16' },
  { file: 'node16.mts', module: 'node16', resolution: 'node16' },
  { file: 'nodenext.cts', module: 'nodenext', resolution: 'nodenext' },
  { file: 'nodenext.mts', module: 'nodenext', resolution: 'nodenext' },
  { file: 'bundler.mts', module: 'esnext', resolution: 'bundler' },
]

const programs = [
  { source: 'consumer.ts', checksDeclarations: false },
  // The declarations of OpenTelemetry and Sentry do not compile under all resolutions, so this program does not
  // import them.
  { source: 'core.ts', checksDeclarations: true },
]

const folder = mkdtempSync(join(tmpdir(), 'runwell-smoke-'))
const inFolder = { cwd: folder }
try {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: dependencies() }))
  sh('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], inFolder)

  for (const { source, checksDeclarations } of programs) {
    for (const { file, module, resolution } of consumers) {
      const out = join(folder, `${source}-${file}`.replaceAll('.', '-'))
      mkdirSync(out)
      copyFileSync(join(root, 'scripts/smoke/consumers', source), join(out, file))
      const flags = ['--strict', '--esModuleInterop', '--target', 'es2022', '--types', 'node']
      if (!checksDeclarations) flags.push('--skipLibCheck')
      const tsc = join(folder, 'node_modules/.bin/tsc')
      sh(tsc, [join(out, file), '--module', module, '--moduleResolution', resolution, ...flags], inFolder)
      console.log(`${source} as ${file} with moduleResolution ${resolution} compiles`)
      sh(process.execPath, [join(out, file.replace('ts', 'js'))], inFolder)
    }
  }
  proveBothFormats()
  copyFileSync(join(root, 'scripts/smoke/consumers/command.mjs'), join(folder, 'command.mjs'))
  sh(process.execPath, ['command.mjs'], inFolder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function dependencies(): Readonly<Record<string, string>> {
  const tarballs = readdirSync(join(root, '.packs')).map((file) => join(root, '.packs', file))
  const versions: Record<string, string> = {
    typescript,
    '@types/node': installedVersion(root, '@types/node'),
  }
  for (const { folder, dir, manifest } of packages) {
    versions[manifest.name] = `file:${tarballs.find((file) => file.includes(`runwell-${folder}-`))}`
    for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
      if (!peer.startsWith('@runwell/')) versions[peer] = installedVersion(dir, peer)
    }
  }
  return versions
}

function installedVersion(dir: string, name: string): string {
  return JSON.parse(readFileSync(join(dir, 'node_modules', name, 'package.json'), 'utf8')).version
}

function proveBothFormats(): void {
  const names = packages.flatMap(({ manifest, entries }) =>
    entries.map(({ subpath }) => join(manifest.name, subpath)),
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
