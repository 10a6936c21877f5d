import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Interrupts } from './interrupts.ts'
import { handleSignals } from './signals.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

async function received(signals: readonly (readonly [atMs: number, signal: 'SIGINT' | 'SIGTERM'])[]) {
  const calls: string[] = []
  const began = performance.now()
  const note = (call: string) => void calls.push(`${Math.round(performance.now() - began)} ${call}`)
  const off = handleSignals(
    {
      instanceId: 'x',
      stop: (options) => {
        note(`stop ${options?.reason}`)
        return new Promise(() => {})
      },
      hurry: (within) => note(`hurry ${within}`),
      observe: () => () => {},
    },
    { log: () => {}, exit: (code) => note(`exit ${code}`) },
  )
  for (const [atMs, signal] of signals) {
    await vi.advanceTimersByTimeAsync(atMs - (performance.now() - began))
    process.emit(signal, signal)
  }
  off()
  return calls
}

describe('a repeated signal', () => {
  it('leaves one second if it is a SIGINT, and a third exits', async () => {
    expect(
      await received([
        [0, 'SIGINT'],
        [1_600, 'SIGINT'],
        [2_100, 'SIGINT'],
      ]),
    ).toEqual(['0 stop SIGINT', '1600 hurry 1000', '2100 exit 130'])
  })

  it('is the same Ctrl-C if it comes within a second', async () => {
    expect(
      await received([
        [0, 'SIGINT'],
        [3, 'SIGINT'],
        [1_000, 'SIGINT'],
      ]),
    ).toEqual(['0 stop SIGINT'])
  })

  it('is counted once for each Ctrl-C if a runner sends every SIGINT twice', async () => {
    const twice = [0, 2_500, 2_900].flatMap((ms) => [[ms, 'SIGINT'] as const, [ms + 8, 'SIGINT'] as const])

    expect(await received(twice)).toEqual(['0 stop SIGINT', '2500 hurry 1000', '2900 exit 130'])
  })

  it('has no effect if it is a SIGTERM, however often and whenever it comes', async () => {
    const times = [0, 40, 1_300, 9_000, 20_000]

    expect(await received(times.map((ms) => [ms, 'SIGTERM'] as const))).toEqual(['0 stop SIGTERM'])
  })

  it('counts only SIGINT: a runner may answer Ctrl-C with a SIGTERM', async () => {
    expect(
      await received([
        [0, 'SIGTERM'],
        [2_000, 'SIGINT'],
        [4_000, 'SIGTERM'],
        [6_000, 'SIGINT'],
        [8_000, 'SIGTERM'],
      ]),
    ).toEqual(['0 stop SIGTERM', '6000 hurry 1000'])
  })
})

describe('Interrupts', () => {
  it.each([
    [
      [0, 1_000, 1_001],
      [1, undefined, 2],
    ],
    [
      [7_000, 8_500, 8_750, 8_751],
      [1, 2, undefined, 3],
    ],
    [
      [5, 3_000, 3_300, 3_600],
      [1, 2, 3, 4],
    ],
  ])('counts presses at %j as %j', (times, presses) => {
    const interrupts = new Interrupts()

    expect(times.map((mono) => interrupts.next(mono))).toEqual(presses)
  })
})
