import { describe, expect, it, onTestFinished } from 'vitest'
import { boom, inRun } from './in-run.ts'
import { deferred } from './supervised.ts'

function unhandled(): unknown[] {
  const seen: unknown[] = []
  const note = (error: unknown): void => void seen.push(error)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  return seen
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const failing = (text = 'boom'): Promise<never> => Promise.reject(new Error(text))

describe('each() over promises', () => {
  const sources: Record<string, (first: Promise<void>) => Iterable<unknown>> = {
    'an array': (first) => [first, failing(), 3],
    'a set': (first) => new Set([first, failing(), 3]),
    'an array of another class': (first) =>
      Object.assign(new (class extends Array {})(), [first, failing(), 3]),
    'an array with holes': (first) => {
      const items: unknown[] = [first, failing()]
      items[3] = 3
      return items
    },
  }
  for (const [what, make] of Object.entries(sources)) {
    it(`counts one of ${what} that rejects before its turn as a failed unit, and handles its rejection`, async () => {
      const errors = unhandled()
      const gate = deferred()
      const { clock, result, units } = await inRun((each) => each(make(gate.promise), () => {}))
      await turns()
      expect(units()).toEqual([])
      gate.resolve()
      await clock.advance(0)
      await turns()

      expect(await result).toMatchObject({ outcome: 'succeeded', value: { failed: 1, cancelled: 0 } })
      expect(units().slice(0, 3)).toEqual([
        ['item', 'succeeded', undefined],
        ['item', 'failed', 'boom'],
        ['item', 'succeeded', undefined],
      ])
      expect(errors).toEqual([])
    })
  }

  it('counts one that a generator or an async iterator makes, too', async () => {
    const errors = unhandled()
    function* generated(): Generator<Promise<number>> {
      yield failing()
      yield Promise.resolve(1)
    }
    const makes = [failing, () => 2]
    const byHand = {
      next: async () => {
        const make = makes.shift()
        return { done: make === undefined, value: make?.() }
      },
      [Symbol.asyncIterator]: () => byHand,
    }
    for (const source of [generated(), byHand as AsyncIterable<unknown>]) {
      const { result } = await inRun((each) => each(source as Iterable<unknown>, () => {}))
      expect(await result).toMatchObject({ value: { succeeded: 1, failed: 1 } })
    }
    await turns()
    expect(errors).toEqual([])
  })

  it('handles the rejections of items that it never takes: after an error, an abort, or too late', async () => {
    const errors = unhandled()
    const thrown = await inRun((each) => each([1, failing()], boom, { onError: 'throw' }))
    expect(await thrown.result).toMatchObject({ outcome: 'failed', error: { message: 'boom' } })

    const gate = deferred()
    const aborted = await inRun((each) => each([gate.promise, failing()], () => {}))
    void aborted.task.unregister()
    gate.resolve()
    await aborted.clock.advance(0)
    expect(await aborted.result).toMatchObject({ outcome: 'cancelled' })

    const late = deferred()
    const source = {
      next: async () => {
        await late.promise
        return { done: false, value: failing() }
      },
      [Symbol.asyncIterator]: () => source,
    }
    const owing = await inRun((each) => each(source, () => {}))
    void owing.task.unregister()
    late.resolve()
    await owing.clock.advance(0)
    await turns()
    expect(errors).toEqual([])
  })

  it('does not start lazy thenables before their turn', async () => {
    let started = 0
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: a query builder has one
      then: (resolve: (value: number) => void) => resolve(++started),
    }
    const gate = deferred()
    const { clock, result } = await inRun((each) => each([gate.promise, lazy], () => {}))
    await turns()
    expect(started).toBe(0)
    gate.resolve()
    await clock.advance(0)

    expect(await result).toMatchObject({ value: { succeeded: 2 } })
    expect(started).toBe(1)
  })

  it('handles what a synchronous source answers when it is closed', async () => {
    const errors = unhandled()
    const answers = [
      failing,
      () => ({
        get done() {
          return boom()
        },
      }),
    ]
    for (const answer of answers) {
      const source = {
        next: () => ({ done: false, value: 1 }),
        return: answer as unknown as () => IteratorResult<number>,
        [Symbol.iterator]: () => source,
      }
      const { result } = await inRun((each) => each(source, boom, { onError: 'throw' }))
      expect(await result).toMatchObject({ outcome: 'failed', error: { message: 'boom' } })
    }
    await turns()
    expect(errors).toEqual([])
  })
})
