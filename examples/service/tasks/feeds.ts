import { setTimeout as wait } from 'node:timers/promises'
import { every, manual, once, type Supervisor } from '@runwell/core'
import { blocks } from '../faults.ts'
import type { Parts } from './parts.ts'
import { fetchItems, type Item } from './upstream-client.ts'

/** Owner `feeds`: keeps the newest items of the upstream at hand. */
export function registerFeeds(supervisor: Supervisor, { seed, upstream }: Parts): void {
  const feeds = supervisor.owner('feeds')
  const known = new Map<number, Item>()
  const nextBlockMs = blocks(seed)

  feeds.register({
    name: 'feeds.warm-up',
    priority: 'critical',
    schedule: once({ after: 0, keep: true }),
    readyWhen: 'first-success',
    retry: { times: 5 },
    run: async ({ signal }) => remember(known, await fetchItems(upstream, '/warm-up', signal)),
  })

  // Of its requests about one in ten goes wrong.
  feeds.register({
    name: 'feeds.poll',
    category: 'poller',
    priority: 'high',
    schedule: every('500ms', { jitter: '50ms' }),
    timeout: '2s',
    run: async ({ signal }) => remember(known, await fetchItems(upstream, '/items', signal)),
  })

  // Now and then it holds the event loop for about 150 ms, so that everything else is late.
  feeds.register({
    name: 'feeds.index',
    schedule: every('2s'),
    timeout: '5s',
    run: () => {
      holdEventLoop(nextBlockMs())
      return buildIndex(known)
    },
  })

  // Runs when the API asks for it.
  feeds.register({
    name: 'feeds.reload',
    schedule: manual(),
    overlap: 'queue',
    timeout: '5s',
    run: async ({ signal }) => {
      known.clear()
      remember(known, await fetchItems(upstream, '/reload', signal))
      await wait(20, undefined, { signal })
    },
  })
}

function remember(known: Map<number, Item>, items: readonly Item[]): void {
  for (const item of items) known.set(item.id, item)
  for (const id of known.keys()) {
    if (known.size <= 2_000) break
    known.delete(id)
  }
}

function buildIndex(known: ReadonlyMap<number, Item>): Map<string, number[]> {
  const index = new Map<string, number[]>()
  for (const { id, title } of known.values()) {
    for (const word of title.toLowerCase().split(' ')) index.set(word, [...(index.get(word) ?? []), id])
  }
  return index
}

function holdEventLoop(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}
