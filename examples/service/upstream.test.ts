import { afterEach, describe, expect, it } from 'vitest'
import type { UpstreamFault } from './faults.ts'
import { fetchItems, UpstreamError } from './tasks/upstream-client.ts'
import { startUpstream, type Upstream } from './upstream.ts'

let upstream: Upstream
afterEach(() => upstream.close())

async function ask(fault: UpstreamFault, timeoutMs = 2_000): Promise<unknown> {
  upstream = await startUpstream(() => fault)
  return fetchItems(upstream.url, '/items', AbortSignal.timeout(timeoutMs)).catch((error: unknown) => error)
}

describe('the upstream, from the view of its client', () => {
  it('returns items', async () => {
    const items = await ask('none')

    expect(items).toHaveLength(20)
  })

  it.each([
    ['error', 'Upstream answered 500 for /items'],
    ['garbage', 'Upstream answered with invalid JSON'],
  ] as const)('can have the fault %s', async (fault, message) => {
    expect(await ask(fault)).toEqual(new UpstreamError(message))
  })

  it('can break connections', async () => {
    expect(await ask('reset')).toMatchObject({
      name: 'UpstreamError',
      message: 'Upstream did not answer: read ECONNRESET',
    })
  })

  it('can be slower than the timeout', async () => {
    expect(await ask('slow', 100)).toMatchObject({ name: 'TimeoutError' })
  })
})
