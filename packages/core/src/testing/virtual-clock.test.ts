import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { VirtualClock } from './virtual-clock.ts'

describe('VirtualClock', () => {
  it('fires timers in order of time and, at the same time, in the order they were armed', async () => {
    const clock = new VirtualClock()
    const fired: string[] = []
    for (const [name, ms] of [
      ['c', 20],
      ['a', 10],
      ['d', 20],
      ['b', 10],
      ['z', 21],
    ] as const) {
      clock.timer(() => fired.push(`${name}${clock.monotonic()}`), ms)
    }
    await clock.advance(20)
    expect(fired).toEqual(['a10', 'b10', 'c20', 'd20'])
    expect(clock.pending).toBe(1)
    expect(clock.nextInMs).toBe(1)
  })

  it('takes durations as texts', async () => {
    const clock = new VirtualClock({ startAt: 0 })

    await clock.advance('1h')
    clock.block('2s')
    clock.suspend('1m')
    clock.jump('1d')

    expect(clock.monotonic()).toBe(3_602_000)
    expect(clock.now()).toBe(3_602_000 + 60_000 + 86_400_000)
    await expect(clock.advanceUntil(() => false, '1s')).rejects.toThrow('did not hold within')
  })

  it('sets the wall clock back by a text with a minus', () => {
    const clock = new VirtualClock({ startAt: 10_000_000 })

    clock.jump('-2h')
    expect(clock.now()).toBe(10_000_000 - 7_200_000)
    clock.jump(-1_000)
    expect(clock.now()).toBe(10_000_000 - 7_201_000)
    expect(() => clock.jump('-soon' as '-1s')).toThrow('`jump` to be a duration')
  })

  it('refuses what is not a duration', async () => {
    const clock = new VirtualClock({ startAt: 0 })

    await expect(clock.advance(-1)).rejects.toThrow(InvalidOptionError)
    await expect(clock.advance('soon' as '1s')).rejects.toThrow('`advance` to be a duration')
    await expect(clock.advanceUntil(() => true, Number.NaN)).rejects.toThrow('`limit` to be a duration')
    expect(() => clock.block(Number.NaN)).toThrow('`block` to be a duration')
    expect(() => clock.suspend(-1)).toThrow('`suspend` to be a duration')
    expect(() => clock.jump(Number.NaN)).toThrow('`jump` to be a duration')
    expect(() => new VirtualClock({ startAt: 'soon' })).toThrow('`startAt` to be a date')
    expect(clock.now()).toBe(0)
  })

  it('keeps this order whatever is armed and cancelled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(9), fc.boolean()), { minLength: 1, maxLength: 30 }),
        async (timers) => {
          const clock = new VirtualClock({ settle: 'microtasks' })
          const fired: number[] = []
          const armed = timers.map(([ms], index) => clock.timer(() => fired.push(index), ms))
          timers.forEach(([, isCancelled], index) => {
            if (isCancelled) armed[index]?.cancel()
          })
          const kept = timers.flatMap(([ms, isCancelled], index) => (isCancelled ? [] : [{ ms, index }]))
          const expected = kept.sort((a, b) => a.ms - b.ms || a.index - b.index).map(({ index }) => index)
          await clock.advance(9)
          expect(fired).toEqual(expected)
        },
      ),
      { seed: 1 },
    )
  })

  it('cancels a timer only once, and never a later one', async () => {
    const clock = new VirtualClock()
    let fired = 0
    const first = clock.timer(() => {}, 1)
    clock.timer(() => (fired += 1), 1)
    first.cancel()
    first.cancel()
    await clock.advance(1)
    first.cancel()
    expect(fired).toBe(1)
    expect(clock.pending).toBe(0)
  })

  it.each(['turn', 'microtasks'] as const)(
    'settles a chain of promises before the next timer fires (%s)',
    async (settle) => {
      const clock = new VirtualClock({ settle })
      const log: string[] = []
      const chain = async (): Promise<void> => {
        for (let link = 0; link < 500; link += 1) await Promise.resolve()
        log.push('chain')
      }
      clock.timer(() => void chain(), 1)
      clock.timer(() => log.push('next'), 1)
      await clock.advance(1)
      expect(log).toEqual(['chain', 'next'])
    },
  )

  it('lets the event loop turn between two timers, unless only microtasks are requested', async () => {
    for (const [settle, expected] of [
      ['turn', ['turned', 'next']],
      ['microtasks', ['next']],
    ] as const) {
      const clock = new VirtualClock({ settle })
      const log: string[] = []
      clock.timer(() => setImmediate(() => log.push('turned')), 1)
      clock.timer(() => log.push('next'), 1)
      await clock.advance(1)
      expect(log).toEqual(expected)
    }
  })

  it('lets the event loop turn regularly, so that a long simulation can be interrupted', async () => {
    const clock = new VirtualClock({ settle: 'microtasks' })
    let hasTurned = false
    setImmediate(() => (hasTurned = true))
    const again = (): void => void clock.timer(again, 1)
    again()
    await clock.advance(2_000)
    expect(hasTurned).toBe(true)
  })

  it('reports blocks without a turn between them as one, as real time does', async () => {
    const clock = new VirtualClock()
    const blocks: unknown[] = []
    clock.watchBlocks((block) => blocks.push(block))
    await clock.advance(1_000)
    clock.block(160)
    clock.block(40)
    expect(blocks).toEqual([])
    await clock.settle()
    clock.block(60)
    await clock.settle()

    expect(blocks).toEqual([
      { sinceMono: 1_000, ms: 200 },
      { sinceMono: 1_200, ms: 60 },
    ])
    expect(clock.awake()).toBe(1_100)
  })
})

describe('a clock that is late', () => {
  it('fires each timer that much after its time', async () => {
    const clock = new VirtualClock({ late: '5ms' })
    const fired: number[] = []
    clock.timer(() => void fired.push(clock.monotonic()), 0)
    clock.timer(() => void fired.push(clock.monotonic()), 100)

    await clock.advance(104)
    expect(fired).toEqual([5])
    await clock.advance(1)
    expect(fired).toEqual([5, 105])
  })

  it('rejects anything but a duration', () => {
    expect(() => new VirtualClock({ late: -1 })).toThrow('Expected `late` to be a duration')
  })
})
