import { EventEmitter, on } from 'node:events'
import { describe, expect, it } from 'vitest'
import { boom, inRun } from './in-run.ts'
import { consoleLines, deferred } from './supervised.ts'

const never = (): Promise<never> => new Promise(() => {})

function byHand(close: () => Promise<unknown>): AsyncIterable<unknown> {
  const iterator = {
    next: async () => ({ done: false, value: 1 }),
    return: close,
    [Symbol.asyncIterator]: () => iterator as AsyncIterator<unknown>,
  }
  return iterator
}

async function* withFinally(close: () => Promise<unknown>): AsyncGenerator<number> {
  try {
    while (true) yield 1
  } finally {
    await close()
  }
}

const webStream = (cancel: () => Promise<unknown>): ReadableStream =>
  new ReadableStream({
    pull: (controller) => controller.enqueue(1),
    cancel: async () => void (await cancel()),
  })

const sources = {
  'an iterator': byHand,
  'an async generator': withFinally,
  'a web stream': webStream,
}

describe('a source that does not close', () => {
  for (const [what, make] of Object.entries(sources)) {
    it(`holds the error of a unit back for half of abortGrace, and is reported: ${what}`, async () => {
      const lines = consoleLines()
      const { clock, task, result } = await inRun(
        (each) => each(make(never) as AsyncIterable<unknown>, boom, { onError: 'throw' }),
        { abortGrace: '8s' },
      )
      await clock.advance(3_999)
      expect(task.active()).toHaveLength(1)
      expect(lines).toEqual([])
      await clock.advance(1)

      expect(await result).toMatchObject({
        outcome: 'failed',
        durationMs: 4_000,
        error: { message: 'boom' },
      })
      expect(lines).toEqual([
        "[runwell] Task 'a': each() has waited 4 s for its source to close, and goes on without it. Let its return() or its finally block end.",
      ])
    })
  }

  it('is waited for as long as it needs if it closes in time', async () => {
    const lines = consoleLines()
    const closing = deferred()
    const { clock, result } = await inRun((each) =>
      each(
        byHand(() => closing.promise),
        boom,
        { onError: 'throw' },
      ),
    )
    await clock.advance('2s')
    closing.resolve()
    await clock.advance(0)

    expect(await result).toMatchObject({ outcome: 'failed', durationMs: 2_000 })
    await clock.advance('1m')
    expect(lines).toEqual([])
  })

  it('gets what an aborted run has left if the abort comes while it closes, and is reported once', async () => {
    const lines = consoleLines()
    const { clock, result, task } = await inRun((each) => each(byHand(never), boom, { onError: 'throw' }), {
      abortGrace: '8s',
    })
    await clock.advance('1s')
    void task.unregister()
    await clock.advance('4s')

    expect(await result).toMatchObject({ outcome: 'cancelled', durationMs: 5_000 })
    expect(lines).toHaveLength(1)
  })

  it('is reported after an abort as well, unless it still owes an item', async () => {
    const lines = consoleLines()
    const gate = deferred()
    const { clock, result, task } = await inRun((each) => each(byHand(never), () => gate.promise))
    void task.unregister()
    gate.resolve()
    await clock.advance('10s')
    expect(await result).toMatchObject({ outcome: 'cancelled', durationMs: 2_500 })
    expect(lines).toHaveLength(1)

    const owing = await inRun((each) => each(on(new EventEmitter(), 'item'), boom))
    void owing.task.unregister()
    await owing.clock.advance('10s')
    expect(await owing.result).toMatchObject({ outcome: 'cancelled', durationMs: 0 })
    expect(lines).toHaveLength(1)
  })

  it('is not waited for at all without a grace', async () => {
    consoleLines()
    const { clock, result } = await inRun((each) => each(byHand(never), boom, { onError: 'throw' }), {
      abortGrace: 0,
    })
    await clock.advance(0)

    expect(await result).toMatchObject({ outcome: 'failed', durationMs: 0 })
  })
})
