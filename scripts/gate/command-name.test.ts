import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { pages } from '../docs/samples.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Anyone can register the package name `runwell` on npm. So `npx runwell` could run foreign code. */
it.each(pages)('%s calls the command by the name of its package', (page) => {
  expect(
    readFileSync(join(root, page), 'utf8').match(/\b(?:npx|dlx|bunx|exec) (?:-\S+ )*runwell\b.*/),
  ).toBeNull()
})
