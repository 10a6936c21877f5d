import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { loadBullmq } from '../../src/store/load-bullmq.ts'
import { stores } from './stores.ts'

const chosen = process.env['TESTED_BULLMQ'] ?? 'bullmq'

test(`the fleet of this run uses the version of ${chosen}`, { timeout: 60_000 }, async () => {
  await using store = await stores.Redis()
  const { default: tested } = await import(`${chosen}/package.json`, { with: { type: 'json' } })
  expect(Object.keys(manifest.devDependencies)).toContain(chosen)
  const { Queue } = await loadBullmq()
  const queue = new Queue('version', store.options as ConstructorParameters<typeof Queue>[1])
  // BullMQ writes its own version into the store.
  await queue.waitUntilReady()
  const written = await queue.getVersion()
  await queue.close()
  console.log(`tested with ${written}`)
  expect(written).toBe(`bullmq:${tested.version}`)
})
