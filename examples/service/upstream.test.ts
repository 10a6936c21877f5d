import { afterEach, describe, expect, it } from 'vitest'
import type { UpstreamFault } from './faults.ts'
import { fetchItems, UpstreamError } from './tasks/upstream-client.ts'
import { startUpstream, type Upstream } from './upstream.ts'

let upstream: Upstream
afterEach(() => upstream.close())

/** What the client of the service makes of an upstream that treats its request so. */
async function ask(fault: UpstreamFault, timeoutMs = 2_000): Promise<unknown> {
  upstream = await startUpstream(() => fault)
  return fetchItems(upstream.url, '/items', AbortSignal.timeout(timeoutMs)).catch((error: unknown) => error)
}

describe('the upstream, as its client sees it', () => {
  it('gives items', async () => {
    const items = await ask('none')

    expect(items).toHaveLength(20)
  })

  it.each([
    ['error', 'Upstream answered 500 for /items'],
    ['garbage', 'Upstream answered with something that is no JSON'],
  ] as const)('has the fault %s', async (fault, message) => {
    expect(await ask(fault)).toEqual(new UpstreamError(message))
  })

  it('breaks connections', async () => {
    expect(await ask('reset')).toMatchObject({
      name: 'UpstreamError',
      message: 'Upstream did not answer: read ECONNRESET',
    })
  })

  it('is slower than anyone waits', async () => {
    expect(await ask('slow', 100)).toMatchObject({ name: 'TimeoutError' })
  })
})
