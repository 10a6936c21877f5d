import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { type Entry, type Package, root } from './packages.ts'

/**
 * TypeScript treats two declarations of a class with private members as different types. So a package has one file of
 * declarations.
 *
 * A package for many libraries keeps separate files. One file would import the types of all these libraries, and an
 * application has only some of them.
 */
export function bundleDeclarations(item: Package): void {
  const { dir, entries } = item
  const declarations = join(dir, 'temp/declarations')
  const all = join(declarations, 'all-entries.d.ts')
  writeFileSync(all, entries.map(({ module }) => `export * from './${module}.js'\n`).join(''))
  const shared = join(dir, 'dist/cjs/shared.d.ts')
  if (item.servesManyHosts) {
    const wanted = (path: string): boolean => path !== all && !/\.(map|tsbuildinfo)$/.test(path)
    cpSync(declarations, join(dir, 'dist/cjs'), { recursive: true, filter: wanted })
  } else {
    rollUp(item, all, shared)
    writeFileSync(shared, formatted(readFileSync(shared, 'utf8')))
  }

  for (const entry of entries) {
    const names = exportedNames(readFileSync(join(declarations, `${entry.module}.d.ts`), 'utf8'))
    const [cjs, esm] = [declarationOf(dir, 'cjs', entry), declarationOf(dir, 'esm', entry)]
    if (!item.servesManyHosts)
      writeInto(cjs, `export { ${names.join(', ')} } from '${specifier(cjs, shared)}'\n`)
    writeInto(esm, `export * from '${specifier(esm, cjs)}'\n`)
  }
}

function rollUp({ folder, dir }: Package, entryPoint: string, output: string): void {
  const path = join(dir, 'api-extractor.json')
  const file = ExtractorConfig.loadFile(path)
  const config = ExtractorConfig.prepare({
    configObject: {
      ...file,
      projectFolder: dir,
      mainEntryPointFilePath: entryPoint,
      apiReport: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: output },
    },
    configObjectFullPath: path,
    packageJsonFullPath: join(dir, 'package.json'),
  })
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      if (message.logLevel !== 'error') message.handled = true
    },
  })
  if (!succeeded) throw new Error(`Could not bundle the declarations of packages/${folder}`)
}

/** API Extractor indents each declaration after a `{@link}` further, so Biome formats the declarations. */
function formatted(declarations: string): string {
  const biome = join(root, 'node_modules/.bin/biome')
  return execFileSync(biome, ['format', '--stdin-file-path=shared.d.ts'], {
    cwd: root,
    input: declarations,
    encoding: 'utf8',
  })
}

/** @throws Error if the entry point contains more than imports and named re-exports */
function exportedNames(declarations: string): readonly string[] {
  const comments = /\/\*[\s\S]*?\*\/|^\/\/.*$/gm
  const lists = /^export (?:type )?\{([^}]*)\}(?: from '[^']+')?;$/gm
  const namespaces = /^export \* as (\w+) from '[^']+';$/gm
  const imports = /^import .*;$/gm

  const text = declarations.replace(comments, '')
  const rest = [lists, namespaces, imports].reduce((left, known) => left.replace(known, ''), text)
  if (rest.trim() !== '') throw new Error(`Expected an entry point of named re-exports only, got:\n${rest}`)

  const listed = [...text.matchAll(lists)].flatMap(([, list = '']) => list.split(','))
  return [...listed, ...[...text.matchAll(namespaces)].map(([, name = '']) => name)]
    .map((item) =>
      item
        .replace(/^.* as /, '')
        .replace('type ', '')
        .trim(),
    )
    .filter((name) => name !== '')
}

function declarationOf(dir: string, format: 'cjs' | 'esm', { module }: Entry): string {
  return join(dir, 'dist', format, `${module}.d.ts`)
}

function specifier(from: string, to: string): string {
  const path = relative(dirname(from), to).replace(/\.d\.ts$/, '.js')
  return path.startsWith('.') ? path : `./${path}`
}

function writeInto(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
