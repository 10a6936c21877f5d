import { EventEmitter, on } from 'node:events'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { boom, inRun } from './in-run.ts'
import { deferred } from './supervised.ts'

describe('each() when the run is aborted', () => {
  it('takes no more items, closes the source, and waits for those that are active', async () => {
    const gate = deferred()
    const handled: number[] = []
    let isClosed = false
    async function* source(): AsyncGenerator<number> {
      try {
        for (let item = 1; ; item += 1) yield item
      } finally {
        isClosed = true
      }
    }
    const { clock, task, result } = await inRun((each) =>
      each(source(), async (item) => {
        handled.push(item)
        await gate.promise
      }),
    )
    void task.unregister()
    await clock.advance(0)
    expect(task.active()).toHaveLength(1)
    gate.resolve()
    await clock.advance(0)

    expect(await result).toMatchObject({ outcome: 'cancelled', value: { succeeded: 1 } })
    expect([handled, isClosed]).toEqual([[1], true])
  })

  it('counts a unit that throws then as cancelled, also under onError throw', async () => {
    const { clock, task, result } = await inRun((each, { sleep, throwIfAborted }) =>
      each(
        [1, 2],
        async () => {
          await sleep('1d')
          throwIfAborted()
        },
        { onError: 'throw' },
      ),
    )
    void task.unregister()
    await clock.advance(0)

    expect(await result).toMatchObject({
      outcome: 'cancelled',
      error: undefined,
      value: { succeeded: 0, failed: 0, cancelled: 1 },
    })
  })

  it('does not wait for a source that hangs in next(), but closes it', async () => {
    const emitter = new EventEmitter()
    const stream = new Readable({ read() {} })
    let isReturned = false
    const byHand = {
      next: () => new Promise<never>(() => {}),
      return: () => {
        isReturned = true
        return new Promise<never>(() => {})
      },
      [Symbol.asyncIterator]: () => byHand,
    }
    async function* stuck(): AsyncGenerator<never> {
      yield await new Promise<never>(() => {})
    }
    for (const source of [on(emitter, 'item'), stream, new ReadableStream(), byHand, stuck()]) {
      const { clock, task, result } = await inRun((each) => each(source as AsyncIterable<unknown>, boom))
      void task.unregister()
      await clock.advance(0)

      expect(await result).toMatchObject({ outcome: 'cancelled', durationMs: 0 })
    }
    expect(emitter.listenerCount('item')).toBe(0)
    expect(stream.destroyed).toBe(true)
    expect(isReturned).toBe(true)
  })

  it('ignores the error of a source that ends because of the abort, as events.on does with the signal', async () => {
    const emitter = new EventEmitter()
    let counts: unknown
    const { clock, task, result } = await inRun(async (each, { signal }) => {
      counts = await each(on(emitter, 'item', { signal }), () => {})
    })
    emitter.emit('item')
    await clock.advance(0)
    void task.unregister()
    await clock.advance(0)

    expect(await result).toMatchObject({ outcome: 'cancelled', error: undefined })
    expect(counts).toEqual({ succeeded: 1, failed: 0, cancelled: 0 })
  })

  it('does not handle an item that arrives after the abort', async () => {
    const late = deferred()
    let isAsked = 0
    const source = {
      next: async () => {
        isAsked += 1
        await late.promise
        return { done: false, value: 1 }
      },
      [Symbol.asyncIterator]: () => source,
    }
    const { clock, task, result } = await inRun((each) => each(source, boom))
    void task.unregister()
    await clock.advance(0)
    late.resolve()
    await clock.advance(0)

    expect(await result).toMatchObject({ outcome: 'cancelled', value: { failed: 0 } })
    expect(isAsked).toBe(1)
  })

  it('waits for a source that closes slowly for half of the time that the run has left', async () => {
    const closing = deferred()
    let item = 0
    const source = {
      next: async () => ({ done: false, value: ++item }),
      return: () => closing.promise,
      [Symbol.asyncIterator]: () => source as unknown as AsyncIterator<number>,
    }
    const gate = deferred()
    const { clock, task, result } = await inRun((each) => each(source, () => gate.promise), {
      abortGrace: '8s',
    })
    void task.unregister()
    gate.resolve()
    await clock.advance('3s')
    expect(task.active()).toHaveLength(1)
    await clock.advance('1s')

    expect(await result).toMatchObject({ outcome: 'cancelled', durationMs: 4_000 })
  })

  it('ends as cancelled even if closing the source throws; without an abort that is the error', async () => {
    const source = {
      next: () => ({ done: false, value: 1 }),
      return: () => {
        throw new Error('cannot close')
      },
      [Symbol.iterator]: () => source as Iterator<number>,
    }
    const gate = deferred()
    const { clock, task, result } = await inRun((each) => each(source, () => gate.promise))
    void task.unregister()
    gate.resolve()
    await clock.advance(0)
    expect(await result).toMatchObject({ outcome: 'cancelled', error: undefined })

    const thrown = await inRun((each) => each(source, boom, { onError: 'throw' }))
    expect(await thrown.result).toMatchObject({ outcome: 'failed', error: { message: 'boom' } })
  })
})
