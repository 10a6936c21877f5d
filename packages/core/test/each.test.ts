import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { loop } from '../src/index.ts'
import { boom, inRun } from './in-run.ts'
import { deferred, setUp } from './supervised.ts'

describe('each()', () => {
  it('handles every item as one unit, goes on after a failed one and returns the counts', async () => {
    const handled: number[] = []
    const { result, units, task } = await inRun((each) =>
      each([1, 2, 3], (item) => (item === 2 ? boom() : void handled.push(item)), { unit: 'mail' }),
    )

    expect(await result).toMatchObject({
      outcome: 'succeeded',
      value: { succeeded: 2, failed: 1, cancelled: 0 },
    })
    expect(handled).toEqual([1, 3])
    expect(units()).toEqual([
      ['mail', 'succeeded', undefined],
      ['mail', 'failed', 'boom'],
      ['mail', 'succeeded', undefined],
    ])
    expect(task.metrics().units).toEqual({ succeeded: 2, failed: 1, cancelled: 0 })
  })

  it('in the consumer of a queue loses only the bad items, and the loop is never parked', async () => {
    for (const [items, badEvery, good] of [
      [100, 10, 90],
      [6_000, 100, 5_940],
    ] as const) {
      const { clock, supervisor, recorder } = setUp()
      const queue: number[] = []
      const handled: number[] = []
      function* arrived(): Generator<number> {
        for (let item = queue.shift(); item !== undefined; item = queue.shift()) yield item
      }
      const handle = (item: number): unknown => (item % badEvery === 0 ? boom() : handled.push(item))
      const task = supervisor.register({
        name: 'consumer',
        schedule: loop(),
        run: async ({ signal, sleep, each }) => {
          while (!signal.aborted) {
            await each(arrived(), handle, { unit: 'item' })
            await sleep('1s')
          }
        },
      })
      await supervisor.start()
      for (let item = 1; item <= items; item += 1) {
        queue.push(item)
        if (item % 10 === 0) await clock.advance('1s')
      }
      await clock.advance('2s')

      expect(handled).toHaveLength(good)
      expect(task.metrics()).toMatchObject({ gaveUp: 0, units: { succeeded: good, failed: items - good } })
      expect(recorder.of('restart.scheduled')).toEqual([])
      expect(task.state).toBe('running')
    }
  })

  it('consumes sync and async sources alike', async () => {
    async function* later(): AsyncGenerator<string> {
      yield 'a'
      await Promise.resolve()
      yield 'b'
    }
    const sources: readonly (Iterable<unknown> | AsyncIterable<unknown>)[] = [
      ['a', 'b'],
      new Set(['a', 'b']),
      'ab',
      later(),
      Readable.from(['a', 'b']),
      ReadableStream.from(['a', 'b']),
      [Promise.resolve('a'), 'b'],
    ]
    const taken: unknown[][] = []
    const { result } = await inRun(async (each) => {
      for (const source of sources) {
        const items: unknown[] = []
        taken.push(items)
        await each(source, (item) => void items.push(item))
      }
    })

    await result
    expect(taken).toEqual(sources.map(() => ['a', 'b']))
  })

  it('counts an item that throws when it is read as one failed unit', async () => {
    const trap = (): never => boom()
    const hostile: object = new Proxy({}, { has: trap, get: trap })
    const { result } = await inRun((each) => each([hostile, 2], () => {}))

    expect(await result).toMatchObject({ value: { succeeded: 1, failed: 1 } })
  })

  it('counts a promise that rejects among the items of an array as one failed unit', async () => {
    const { result } = await inRun((each) =>
      each([Promise.resolve(1), Promise.reject(new Error('no')), 3], () => {}),
    )

    expect(await result).toMatchObject({ value: { succeeded: 2, failed: 1 } })
  })

  it.each([1, 3])(
    'never handles more items at once than concurrency allows: concurrency %i',
    async (concurrency) => {
      const gates = [1, 2, 3, 4, 5].map(() => deferred())
      let taken = 0
      let live = 0
      let most = 0
      async function* source(): AsyncGenerator<number> {
        while (taken < gates.length) yield taken++
      }
      const { clock, result } = await inRun((each) =>
        each(
          source(),
          async (item) => {
            live += 1
            most = Math.max(most, live)
            await gates[item]?.promise
            live -= 1
          },
          { concurrency },
        ),
      )
      for (const [index, gate] of gates.entries()) {
        expect(taken).toBe(Math.min(gates.length, index + concurrency))
        gate.resolve()
        await clock.advance(0)
      }

      expect(await result).toMatchObject({ value: { succeeded: 5 } })
      expect(most).toBe(concurrency)
    },
  )

  it('with onError throw takes no more items, waits for those that are active, and fails with the first error', async () => {
    const gate = deferred()
    let isClosed = false
    let hasEnded = false
    function* source(): Generator<number> {
      try {
        for (let item = 1; ; item += 1) yield item
      } finally {
        isClosed = true
      }
    }
    const { clock, result, units, task } = await inRun((each) =>
      each(
        source(),
        async (item) => {
          if (item === 2) boom()
          await gate.promise
          hasEnded = true
        },
        { concurrency: 2, onError: 'throw' },
      ),
    )
    expect(task.state).toBe('running')
    gate.resolve()
    await clock.advance(0)

    expect(await result).toMatchObject({ outcome: 'failed', error: { message: 'boom' } })
    expect([isClosed, hasEnded]).toEqual([true, true])
    expect(units()).toEqual([
      ['item', 'failed', 'boom'],
      ['item', 'succeeded', undefined],
    ])
  })

  it('fails with the error of a source that throws, sync or async, after the active items have ended', async () => {
    const gate = deferred()
    const sources: readonly (() => Iterable<number> | AsyncIterable<number>)[] = [
      function* () {
        yield 1
        boom()
      },
      async function* () {
        yield 1
        boom()
      },
      () => ({ [Symbol.iterator]: boom }),
      () => ({ [Symbol.asyncIterator]: () => ({ next: boom }) }),
    ]
    for (const source of sources) {
      const { clock, result, task } = await inRun((each) =>
        each(source(), () => gate.promise, { concurrency: 2 }),
      )
      gate.resolve()
      await clock.advance(0)

      expect(await result).toMatchObject({ outcome: 'failed', error: { message: 'boom' } })
      expect(task.state).toBe('waiting')
    }
  })

  it('refuses answers of an iterator that are not objects', async () => {
    for (const answer of [undefined, 5]) {
      const source = { [Symbol.iterator]: () => ({ next: () => answer as never }) }
      const { result } = await inRun((each) => each(source, () => {}))

      expect(await result).toMatchObject({
        error: { message: `The iterator result is not an object: ${answer}` },
      })
    }
  })

  it.each([
    ['null', null, 'got null'],
    ['a number', 7, 'got 7'],
    ['an object', { length: 1 }, 'such as an array, a generator, a stream or events.on(…), got'],
    ['a function', async function* () {}, 'call the function and pass its result'],
    ['a promise', Promise.resolve([]), 'await the promise first'],
  ])('explains that %s cannot be iterated', async (_what, items, text) => {
    const { result } = await inRun((each) => each(items as never, () => {}))

    expect(await result).toMatchObject({
      error: { name: 'InvalidOptionError', option: 'each', message: expect.stringContaining(text) },
    })
  })

  it.each([
    [{ concurrency: 0 }, 'Expected `each.concurrency` to be a whole number from 1 to 10000, got 0'],
    [{ concurrency: 1.5 }, 'got 1.5'],
    [{ concurrency: Number.POSITIVE_INFINITY }, 'got Infinity'],
    [{ unit: '' }, 'Expected `each.unit` to be a name of 1 to 120 characters'],
    [{ onError: 'stop' }, "Expected `each.onError` to be one of 'continue', 'throw'"],
    [{ concurency: 2 }, "Did you mean 'concurrency'?"],
    [null, 'an object of options'],
  ])('refuses the options %o', async (options, text) => {
    const { result } = await inRun((each) => each([1], () => {}, options as never))

    expect(await result).toMatchObject({ error: { message: expect.stringContaining(text) } })
  })

  it('refuses a handler that is not a function', async () => {
    const { result } = await inRun((each) => each([1], 'handle' as never))

    expect(await result).toMatchObject({ error: { message: expect.stringContaining('Expected `fn`') } })
  })

  it('takes nothing for an empty source, nor when the run is aborted already', async () => {
    const empty = await inRun((each) => each([], boom))
    expect(await empty.result).toMatchObject({ value: { succeeded: 0, failed: 0, cancelled: 0 } })

    let isClosed = false
    const source = { next: boom, return: () => (isClosed = true), [Symbol.iterator]: () => source }
    let counts: unknown
    const aborted = await inRun(async (each, { sleep }) => {
      await sleep('1d')
      counts = await each(source as never, boom)
    })
    void aborted.task.unregister()
    await aborted.clock.advance(0)

    expect(counts).toEqual({ succeeded: 0, failed: 0, cancelled: 0 })
    expect(isClosed).toBe(true)
  })

  it('inside each() is independent: an inner failure that is thrown is one failed outer unit', async () => {
    const { result, units } = await inRun((each) =>
      each(
        [
          [1, 2],
          [3, 4],
        ],
        (batch) =>
          each(batch, (item) => (item === 3 ? boom() : undefined), { unit: 'inner', onError: 'throw' }),
        { unit: 'outer' },
      ),
    )

    expect(await result).toMatchObject({ value: { succeeded: 1, failed: 1 } })
    expect(units()).toEqual([
      ['inner', 'succeeded', undefined],
      ['inner', 'succeeded', undefined],
      ['outer', 'succeeded', undefined],
      ['inner', 'failed', 'boom'],
      ['outer', 'failed', 'boom'],
    ])
  })
})
