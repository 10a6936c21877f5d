import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { brokenLinks } from '../../docs/site/check-links.ts'
import { siteFileOf, siteLinkOf } from '../../docs/site/links.ts'

const docs = fileURLToPath(new URL('../../docs', import.meta.url))

describe('a link on the docs site', () => {
  it.each([
    ['kubernetes.md', 'health.md#flapping', '/health.md#flapping'],
    ['guides/nest.md', '../semantics.md#stop', '/semantics.md#stop'],
    ['kubernetes.md', '#replicas', '#replicas'],
    ['kubernetes.md', 'https://nodejs.org/#x', 'https://nodejs.org/#x'],
  ])('of %s to %s leads to %s', (page, link, expected) => {
    expect(siteLinkOf(link, join(docs, page))).toBe(expected)
  })

  it('to a folder leads to its README', () => {
    expect(siteLinkOf('decisions/', join(docs, 'architecture.md'))).toBe('/decisions/index.md')
    expect(siteFileOf('migrating/README.md')).toBe('migrating/index.md')
  })

  it('that leaves the docs leads to the repository', () => {
    const home = 'https://github.com/runwell/runwell'

    expect(siteLinkOf('../README.md', join(docs, 'health.md'))).toBe(`${home}/blob/main/README.md`)
    expect(siteLinkOf('../../examples/adopt', join(docs, 'migrating/README.md'))).toBe(
      `${home}/tree/main/examples/adopt`,
    )
    expect(siteLinkOf('site/pages.ts', join(docs, 'health.md'))).toBe(`${home}/blob/main/docs/site/pages.ts`)
  })

  it('to a report of the public surface leads to the readable page of the same package', () => {
    expect(siteLinkOf('api/', join(docs, 'architecture.md'))).toBe('/api/')
    expect(siteLinkOf('api/core.api.md', join(docs, 'events.md'))).toBe('/api/@runwell/core/')
    expect(siteLinkOf('api/core-testing.api.md', join(docs, 'events.md'))).toBe('/api/@runwell/core/testing/')
  })
})

describe('the check of the built site', () => {
  it('finds links to pages, files and headings that are not there', () => {
    const dist = mkdtempSync(join(tmpdir(), 'runwell-site-'))
    try {
      mkdirSync(join(dist, 'guides'))
      writeFileSync(join(dist, 'index.html'), '<main id="top"><a href="/guides/">ok</a></main>')
      const links = [
        '/',
        '/#top',
        '../index.html',
        '#here',
        'https://example.com',
        '/gone.html',
        '/#gone',
        '#gone',
      ]
      const html = links.map((link) => `<a href="${link}">a link</a>`).join('')
      writeFileSync(
        join(dist, 'guides/index.html'),
        `<main><h2 id="here"></h2>${html}<img src="/gone.png"></main>`,
      )

      const { pages, broken } = brokenLinks(dist)

      expect(brokenLinks(dist, '/docs/').broken).toContain('index.html → /guides/')
      expect(pages).toBe(2)
      expect(broken).toEqual(
        ['/gone.html', '/#gone', '#gone', '/gone.png'].map((link) => `guides/index.html → ${link}`),
      )
    } finally {
      rmSync(dist, { recursive: true, force: true })
    }
  })
})
