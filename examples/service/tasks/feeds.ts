import { every, loop, manual, type Supervisor, schedules } from '@runwell/core'
import { blocks } from '../faults.ts'
import type { Parts } from './parts.ts'
import { fetchItems, type Item } from './upstream-client.ts'

const KEPT = 2_000

export function registerFeeds(supervisor: Supervisor, { seed, upstream }: Parts): void {
  const feeds = supervisor.owner('feeds')
  const arrived: (readonly Item[])[] = []
  const known = new Map<number, Item>()
  const nextBlockMs = blocks(seed)

  // The service is ready only after this task has fetched items.
  feeds.register({
    name: 'feeds.warm-up',
    priority: 'critical',
    schedule: schedules.once({ after: 0, keep: true }),
    readyWhen: 'first-success',
    retry: { times: 5 },
    run: async ({ signal }) => arrived.push(await fetchItems(upstream, '/warm-up', signal)),
  })

  // About one of ten requests to the upstream fails, so about one of ten runs fails.
  feeds.register({
    name: 'feeds.poll',
    category: 'poller',
    priority: 'high',
    schedule: every('500ms', { jitter: '50ms' }),
    timeout: '2s',
    run: async ({ signal }) => arrived.push(await fetchItems(upstream, '/items', signal)),
  })

  feeds.register({
    name: 'feeds.ingest',
    category: 'consumer',
    priority: 'high',
    schedule: loop(),
    run: async (context) => {
      while (!context.aborted) {
        const items = arrived.shift()
        if (items) await context.unit('batch', () => remember(known, items))
        else await context.sleep('50ms')
        context.beat(`${arrived.length} batches are waiting`)
      }
    },
  })

  feeds.register({
    name: 'feeds.prune',
    priority: 'low',
    schedule: loop(),
    run: async (context) => {
      while (!context.aborted) {
        await context.sleep('1s')
        await context.unit('prune', () => forget(known))
      }
    },
  })

  // Sometimes blocks the event loop for about 150 ms, so that other runs are late.
  feeds.register({
    name: 'feeds.index',
    schedule: every('2s'),
    timeout: '5s',
    run: () => {
      holdEventLoop(nextBlockMs())
      return index(known)
    },
  })

  feeds.register({
    name: 'feeds.reload',
    schedule: manual(),
    overlap: 'queue',
    timeout: '5s',
    run: async ({ signal }) => {
      const items = await fetchItems(upstream, '/reload', signal)
      known.clear()
      arrived.push(items)
    },
  })
}

function remember(known: Map<number, Item>, items: readonly Item[]): void {
  for (const item of items) known.set(item.id, item)
}

function forget(known: Map<number, Item>): void {
  for (const id of known.keys()) {
    if (known.size <= KEPT) return
    known.delete(id)
  }
}

function index(known: ReadonlyMap<number, Item>): ReadonlyMap<string, readonly number[]> {
  const words = new Map<string, number[]>()
  for (const { id, title } of known.values()) {
    for (const word of title.toLowerCase().split(' ')) {
      const ids = words.get(word)
      if (ids) ids.push(id)
      else words.set(word, [id])
    }
  }
  return words
}

function holdEventLoop(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}
