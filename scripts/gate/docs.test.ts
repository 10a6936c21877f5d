import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { groups } from '../../docs/site/pages.ts'
import { optionsPage } from '../docs/options-page.ts'
import { pages, samplesOf } from '../docs/samples.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const packagePages = pages.filter((page) => page.startsWith('packages/'))

/** These pages need packages that are not installed here, so their code blocks are not compiled. */
const ofAdapters = [
  'docs/metrics.md',
  'docs/sentry.md',
  'docs/guides/console.md',
  ...packagePages.filter((page) => page !== 'packages/core/README.md'),
]

const home =
  /^https:\/\/(?:github\.com\/runwell\/runwell\/(?:blob|tree|raw)\/main\/|raw\.githubusercontent\.com\/runwell\/runwell\/main\/)/
const npm = /^https:\/\/www\.npmjs\.com\/package\/@runwell\//

interface Link {
  readonly path: string
  readonly heading: string
}

/** Removes code blocks, because brackets and hashes in them are not links and headings. */
function proseOf(page: string): string {
  return read(page).replace(/^ *```[\s\S]*?^ *```/gm, '')
}

function targetsOf(page: string): readonly string[] {
  const forms = /\]\(([^)\s]+)\)|^\[[^\]]+\]:\s*(\S+)|<(https?:[^>\s]+)>|\s(?:href|src|srcset)="([^"\s]+)"/gm
  return [...proseOf(page).matchAll(forms)].map(
    (match) => match.slice(1).find((part) => part !== undefined) ?? '',
  )
}

function linksOf(page: string): readonly Link[] {
  return targetsOf(page).flatMap((target) => {
    if (npm.test(target)) return [{ path: `${target.replace(npm, 'packages/')}/package.json`, heading: '' }]
    const isAbsolute = home.test(target)
    if (!isAbsolute && /^(?:https?|mailto):/.test(target)) return []
    const [path = '', heading = ''] = target.replace(home, '').split('#')
    return [{ path: isAbsolute ? path : path === '' ? page : join(dirname(page), path), heading }]
  })
}

/** GitHub adds a number to the anchor of a repeated heading. */
function hasHeading(path: string, anchor: string): boolean {
  if (anchor === '' || !path.endsWith('.md')) return true
  const seen = new Map<string, number>()
  const anchors = [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map((match) => {
    const plain = (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-')
    const count = seen.get(plain) ?? 0
    seen.set(plain, count + 1)
    return count === 0 ? plain : `${plain}-${count}`
  })
  return anchors.includes(anchor)
}

function brokenIn(checked: readonly string[]): readonly string[] {
  return checked.flatMap((page) =>
    linksOf(page)
      .filter(({ path, heading }) => !existsSync(join(root, path)) || !hasHeading(path, heading))
      .map(({ path, heading }) => `${page} → ${path}${heading && `#${heading}`}`),
  )
}

function markdownIn(folder: string): readonly string[] {
  const skipped = /^(?:node_modules|dist|temp|generated|coverage|CHANGELOG\.md|\.(?!github$).*)$/
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !skipped.test(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return markdownIn(path)
      return path.endsWith('.md') ? [path] : []
    })
}

const given = `
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as core from '@runwell/core'
const { always, backoff, cron, every, handleSignals, loop, probeHandler, rules, Supervisor } = core
declare const supervisor: core.Supervisor
declare const server: import('node:http').Server
declare const url: string
declare const poll: core.TaskOptions['run'], report: typeof poll, listen: typeof poll, send: typeof poll
declare function app(request: IncomingMessage, response: ServerResponse): void
`

function compile(sources: ReadonlyMap<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'runwell-docs-'))
  try {
    for (const [name, source] of sources) writeFileSync(join(folder, name), source)
    symlinkSync(join(root, 'packages/adopt/node_modules'), join(folder, 'node_modules'))
    const paths = {
      '@runwell/adopt/*': [join(root, 'packages/adopt/src/*/index.ts')],
      '@runwell/core': [join(root, 'packages/core/src/index.ts')],
      '@runwell/core/adapter': [join(root, 'packages/core/src/adapter/index.ts')],
      '@runwell/core/decorators': [join(root, 'packages/core/src/decorators/index.ts')],
      '@runwell/bullmq': [join(root, 'packages/bullmq/src/index.ts')],
      '@runwell/console': [join(root, 'packages/console/src/index.ts')],
      '@runwell/otel/node': [join(root, 'packages/otel/src/node/index.ts')],
      '@runwell/core/testing': [join(root, 'packages/core/src/testing/index.ts')],
    }
    const compilerOptions = {
      noEmit: true,
      allowImportingTsExtensions: true,
      noUnusedLocals: false,
      typeRoots: [join(root, 'node_modules/@types')],
      paths,
    }
    const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'] }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
    return ''
  } catch (error) {
    return String((error as { readonly stdout?: unknown }).stdout ?? error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function tableOf(page: string, inHead: string): readonly (readonly string[])[] {
  const tables = read(page).match(/(?:^\|.*\n)+/gm) ?? []
  const table = tables.find((text) => text.split('\n', 1)[0]?.includes(inHead)) ?? ''
  const rows = table
    .trim()
    .split('\n')
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
  return rows.filter((_, index) => index !== 1)
}

describe('the docs', () => {
  it('show the quickstart as it is run', () => {
    expect(read('README.md')).toContain(`\`\`\`ts\n${read('examples/quickstart.ts')}\`\`\``)
  })

  it('show rows of the comparison as it was played', () => {
    const shown = tableOf('README.md', 'setInterval')
    const played = tableOf('docs/comparison.md', 'setInterval')

    expect(shown).toHaveLength(6)
    const [head = []] = shown
    const columns = head.map((title) => played[0]?.indexOf(title) ?? -1)
    for (const row of shown) {
      const whole = played.find(([name]) => name === row[0])
      expect(row).toEqual(columns.map((column) => whole?.[column]))
    }
  })

  it('hold TypeScript that compiles', { timeout: 60_000 }, () => {
    const sources = new Map<string, string>()
    for (const page of pages.filter((name) => !ofAdapters.includes(name))) {
      for (const { code: snippet, index } of samplesOf(page)) {
        const isWhole = /^import \{[^}]*\bSupervisor\b[^}]*\} from '@runwell\/core'/m.test(snippet)
        const redeclares = /^const (supervisor|server)\b/m.exec(snippet)?.[1]
        const preamble = isWhole ? '' : given.replace(`declare const ${redeclares}:`, 'declare const _:')
        sources.set(`${page.replace(/\W/g, '-')}-${index}.ts`, `${preamble}\n${snippet}\nexport {}\n`)
      }
    }

    expect(sources.size).toBeGreaterThan(10)
    expect(compile(sources)).toBe('')
  })

  it('show each page on the site once, and the pages of contributors apart', () => {
    const shown = groups.flatMap((group) => group.pages.map(({ file }) => `docs/${file}`))
    const written = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md')
    const forContributors = groups.filter(({ isForContributors }) => isForContributors)
    const apart = forContributors.flatMap((group) => group.pages.map(({ file }) => `docs/${file}`))
    const leads = shown
      .filter((page) => !apart.includes(page))
      .flatMap((page) =>
        linksOf(page)
          .filter(({ path }) => apart.includes(path) || path.startsWith('docs/decisions'))
          .map(({ path }) => `${page} → ${path}`),
      )

    // A new page needs a line in docs/site/pages.ts.
    expect(new Set(shown)).toEqual(new Set([...written, 'docs/decisions/README.md']))
    expect(shown).toHaveLength(new Set(shown).size)
    expect(leads).toEqual([])
  })

  it('list the options as their doc comments describe them', () => {
    // `npx tsx scripts/docs/options-page.ts` writes this page.
    expect(read('docs/options.md')).toBe(optionsPage())
  })

  it('list each error and each lint with its cure', () => {
    const report = read('docs/api/core.api.md')
    const codes = [...report.matchAll(/'(RUNWELL_[A-Z_]+)'/g)].map(([, code]) => code)
    const lintType = /readonly lint: ([^;]+);/.exec(report)?.[1] ?? ''
    const lints = [...lintType.matchAll(/'([a-z-]+)'/g)].map(([, lint]) => lint)
    const rows = read('docs/errors.md').matchAll(/^\| `([A-Za-z_-]+)` \|.*\| \S.* \|$/gm)

    expect(lints.length).toBeGreaterThan(10)
    expect(new Set([...rows].map(([, name]) => name))).toEqual(new Set([...codes, ...lints]))
  })

  it('say how to install today wherever they install a package', () => {
    // The packages are not on npm yet, so `npm install` alone fails. These pages must link to docs/install.md.
    const silent = pages.filter((page) => {
      const installs = page !== 'docs/install.md' && read(page).includes('npm install @runwell/')
      return installs && !linksOf(page).some(({ path }) => path === 'docs/install.md')
    })

    expect(silent).toEqual([])
  })

  it('link to pages and headings that are there', () => {
    const all = markdownIn('.')

    expect(all).toEqual(expect.arrayContaining([...pages]))
    expect(brokenIn(all)).toEqual([])
  })

  it('link to no heading that has another anchor on the site than on GitHub', () => {
    // GitHub and the site make different anchors if a heading begins with a digit or has several hyphens.
    const differing = markdownIn('.').flatMap((page) =>
      linksOf(page)
        .filter(({ heading }) => /^\d|--/.test(heading))
        .map(({ path, heading }) => `${page} → ${path}#${heading}`),
    )

    expect(differing).toEqual([])
  })

  it('use only absolute links in the pages that npm shows', () => {
    const relative = packagePages.flatMap((page) =>
      targetsOf(page)
        .filter((target) => !/^(?:https?:|#)/.test(target))
        .map((target) => `${page} → ${target}`),
    )

    expect(packagePages.length).toBeGreaterThan(2)
    expect(relative).toEqual([])
  })

  it('have addresses in the manifests that lead to the folder of the package', () => {
    for (const page of packagePages) {
      const folder = dirname(page)
      const { homepage, repository } = JSON.parse(read(`${folder}/package.json`))

      expect(homepage.replace(home, '').replace('#readme', '')).toBe(folder)
      expect(repository.directory).toBe(folder)
    }
  })
})
