import { afterEach, expect, it, vi } from 'vitest'
import { read } from '../src/page/state/api.ts'
import { Refused } from '../src/page/state/refused.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

it('gives up a read without an answer after 30 s', async () => {
  const timeout = new AbortController()
  const timeoutAfter = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(timeout.signal)
  vi.stubGlobal(
    'fetch',
    (_: string, { signal }: RequestInit) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  )

  const reading = read('timeline')
  timeout.abort(new DOMException('The operation timed out.', 'TimeoutError'))

  await expect(reading).rejects.toThrow('The operation timed out.')
  expect(timeoutAfter).toHaveBeenCalledWith(30_000)
})

it('takes an answer that breaks off as a lost connection, and not as an answer of a proxy', async () => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"lanes":['))
      controller.error(new TypeError('network error'))
    },
  })
  vi.stubGlobal('fetch', async () => new Response(body))

  const error = await read('timeline').catch((reason: unknown) => reason)

  expect(error).not.toBeInstanceOf(Refused)
  expect(error).toMatchObject({ message: 'network error' })
})
