import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DefaultTheme, defineConfig, type MarkdownOptions, type Plugin } from 'vitepress'
import llmstxt from 'vitepress-plugin-llms'
import { repository, siteFileOf, siteLinkOf } from '../links.ts'
import { groups } from '../pages.ts'

const here = dirname(fileURLToPath(import.meta.url))
const docs = join(here, '../..')
const { version } = JSON.parse(readFileSync(join(docs, '../packages/core/package.json'), 'utf8')) as {
  readonly version: string
}
const tagline = 'Find out from an alert, not from a customer, that a job stopped running three weeks ago.'

const linkOf = (file: string): string => `/${siteFileOf(file)}`.replace(/index\.md$/, '').replace(/\.md$/, '')

function apiEntries(folder = ''): readonly DefaultTheme.SidebarItem[] {
  const here = join(docs, 'site/generated/api/@runwell', folder)
  return readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(here, entry.name, 'index.md')))
    .filter(({ name }) => name !== 'namespaces')
    .flatMap(({ name }) => {
      const path = folder === '' ? name : `${folder}/${name}`
      return [{ text: `@runwell/${path}`, link: `/api/@runwell/${path}/` }, ...apiEntries(path)]
    })
}

function decisions(): DefaultTheme.SidebarItem[] {
  const folder = join(docs, 'decisions')
  const files = readdirSync(folder).filter((file) => /^\d{4}-/.test(file))
  return files.sort().map((file) => {
    const [text = file] = readFileSync(join(folder, file), 'utf8').split('\n', 1)
    return { text: text.replace(/^# /, ''), link: linkOf(`decisions/${file}`) }
  })
}

const sidebar = groups.map(({ title, pages, isForContributors = false }): DefaultTheme.SidebarItem => {
  const items = pages.map(({ title: text, file }): DefaultTheme.SidebarItem => {
    const below = file === 'decisions/README.md' ? { items: decisions(), collapsed: true } : {}
    return { text, link: linkOf(file), ...below }
  })
  if (title === 'Reference') {
    items.push({ text: 'API', link: '/api/', collapsed: true, items: [...apiEntries()] })
  }
  return { text: title, items, collapsed: isForContributors }
})

const forUsers = sidebar
  .filter((_, index) => groups[index]?.isForContributors !== true)
  .map((group) => ({ ...group, items: (group.items ?? []).filter(({ link }) => link !== '/api/') }))
const contributorPages = groups
  .filter(({ isForContributors }) => isForContributors)
  .flatMap(({ pages }) => pages.map(({ file }) => file))

const rewriteLinks: MarkdownOptions['config'] = (markdown) => {
  markdown.core.ruler.push('runwell-links', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const link = token.type === 'link_open' ? token.attrGet('href') : null
      if (link !== null) token.attrSet('href', siteLinkOf(link, String(env.realPath ?? env.path)))
    }
  })
}

/**
 * Makes Node load Vue from this package while it renders the pages. The pages are outside of this package, so Node
 * would not find Vue from there.
 */
const vueOfThisPackage: Plugin = {
  name: 'runwell-vue',
  enforce: 'pre',
  resolveId: (id, _importer, { ssr = false }) =>
    ssr && /^vue(?:\/server-renderer)?$/.test(id) ? { id, external: true } : undefined,
}

export default defineConfig({
  title: 'Runwell',
  description: tagline,
  lang: 'en',
  base: process.env['DOCS_BASE'] ?? '/',
  srcDir: '../',
  srcExclude: ['api/**', 'site/*.md', 'site/node_modules/**'],
  outDir: join(here, '../dist'),
  cacheDir: join(here, '../temp/cache'),
  rewrites: siteFileOf,
  metaChunk: true,
  markdown: { config: rewriteLinks },
  vite: {
    build: { chunkSizeWarningLimit: 5_000 },
    plugins: [
      vueOfThisPackage,
      llmstxt({ sidebar: forUsers, ignoreFiles: ['api/**', 'site/**', 'decisions/**', ...contributorPages] }),
    ],
  },
  transformPageData: (page) => {
    // Readers cannot edit an API page, because it is generated.
    if (page.relativePath.startsWith('api/')) page.frontmatter['editLink'] = false
    if (page.relativePath !== 'index.md') return
    page.frontmatter = {
      layout: 'home',
      hero: {
        name: 'Runwell',
        tagline,
        actions: [
          { theme: 'brand', text: 'Getting started', link: '/getting-started' },
          { theme: 'alt', text: 'Migrating', link: '/migrating/' },
          { theme: 'alt', text: 'GitHub', link: repository },
        ],
      },
    }
  },
  themeConfig: {
    nav: [
      { text: 'Guides', link: '/guides/run-context' },
      { text: 'Reference', link: '/options' },
      { text: 'API', link: '/api/' },
      {
        text: `v${version}`,
        items: [
          { text: 'Changes', link: `${repository}/releases` },
          { text: 'Packages on npm', link: 'https://www.npmjs.com/package/@runwell/core' },
        ],
      },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: repository }],
    editLink: { pattern: `${repository}/edit/main/docs/:path` },
    footer: { message: 'MIT licensed' },
  },
})
