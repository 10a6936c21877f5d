import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Application, type TypeDocOptions } from 'typedoc'
import type { PluginOptions } from 'typedoc-plugin-markdown'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const packages = readdirSync(join(root, 'packages'))

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly default?: string } | string>>
}

function entryPoints(): readonly string[] {
  const found: string[] = []
  for (const folder of packages) {
    const path = join(root, 'packages', folder)
    const { exports } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest
    for (const target of Object.values(exports)) {
      if (typeof target === 'object' && target.default !== undefined) found.push(join(path, target.default))
    }
  }
  return found
}

async function writeApiPages(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true })
  const options: TypeDocOptions & Partial<PluginOptions> = {
    entryPoints: [...entryPoints()],
    plugin: ['typedoc-plugin-markdown'],
    tsconfig: join(here, 'tsconfig.api.json'),
    readme: 'none',
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    disableSources: true,
    skipErrorChecking: true,
    githubPages: false,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    expandObjects: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    enumMembersFormat: 'table',
    entryFileName: 'index',
    out,
    logLevel: 'Warn',
  }
  const app = await Application.bootstrapWithPlugins(options as never)
  const project = await app.convert()
  if (project === undefined) throw new Error('TypeDoc could not read the packages')
  // TypeDoc uses the folder as the name of a module, such as core/src/testing. The pages show the name that users
  // import.
  for (const module of project.children ?? [])
    module.name = module.name.replace(/^([^/]+)\/src/, '@runwell/$1')
  await app.generateOutputs(project)
}

await writeApiPages(join(here, 'generated/api'))
