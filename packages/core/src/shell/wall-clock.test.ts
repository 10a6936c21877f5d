import { describe, expect, test } from 'vitest'
import type { Clock } from '../base/clock.ts'
import { VirtualClock } from '../testing/index.ts'
import { WallClock } from './wall-clock.ts'

const hour = 3_600_000

function silent(clock: VirtualClock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    awake: () => clock.awake(),
    timer: (callback, delayMs) => clock.timer(callback, delayMs),
    watchBlocks: (listener) => clock.watchBlocks(listener),
  }
}

function jumpOf(clock: Clock, move: () => void): ReturnType<WallClock['look']> {
  const wallClock = new WallClock(clock)
  move()
  return wallClock.look(nowOf(clock))
}

function nowOf(clock: Clock) {
  return { wall: clock.now(), mono: clock.monotonic(), awake: clock.awake() }
}

describe('a look at the wall clock', () => {
  test('finds nothing while time passes, whether or not the event loop is blocked', async () => {
    const clock = new VirtualClock()
    const wallClock = new WallClock(clock)
    await clock.advance('10d')
    clock.block('1d')

    expect(wallClock.look(nowOf(clock))).toBeUndefined()
  })

  test.each([-999, 999])('finds no jump of %d ms', (ms) => {
    const clock = new VirtualClock()
    expect(jumpOf(clock, () => clock.jump(ms))).toBeUndefined()
  })

  test.each<readonly [string, number, number, 'gap' | 'correction']>([
    ['a sleep of three days', 72 * hour, 0, 'gap'],
    ['a clock set by less than three hours', 0, 3 * hour - 1, 'gap'],
    ['a clock set by three hours', 0, 3 * hour, 'correction'],
    ['a clock set back by three hours', 0, -3 * hour, 'correction'],
    ['a clock set back by less', 0, -3 * hour + 1, 'gap'],
    ['a sleep, and a clock set a little', 8 * hour, 60_000, 'gap'],
    ['a sleep, and a clock set by four hours', 8 * hour, 4 * hour, 'correction'],
  ])('tells a sleep from a set clock where the uptime counts sleeps: %s', (_, sleptMs, setMs, treatedAs) => {
    const clock = new VirtualClock()
    const jump = jumpOf(clock, () => {
      clock.suspend(sleptMs)
      clock.jump(setMs)
    })

    expect(jump).toEqual({ deltaMs: sleptMs + setMs, treatedAs, lookedAt: clock.now(), setMs })
  })

  test.each<readonly [number, 'gap' | 'correction']>([
    [26 * hour - 1, 'gap'],
    [26 * hour, 'correction'],
    [-3 * hour + 1, 'gap'],
    [-3 * hour, 'correction'],
  ])('takes up to 26 h forward for a sleep where the platform does not tell: %d ms', (ms, treatedAs) => {
    const clock = new VirtualClock()

    expect(jumpOf(silent(clock), () => clock.jump(ms))?.treatedAs).toBe(treatedAs)
  })

  test('says when it last looked, by the new clock', async () => {
    const clock = new VirtualClock({ startAt: '2026-03-02T10:00:00Z' })
    const wallClock = new WallClock(clock)
    await clock.advance('10s')
    wallClock.look(nowOf(clock))
    await clock.advance('3s')
    clock.jump(-2 * hour)
    await clock.advance('5s')

    const lookedAt = wallClock.look(nowOf(clock))?.lookedAt ?? 0
    expect(new Date(lookedAt).toISOString()).toBe('2026-03-02T08:00:10.000Z')
  })

  test('finds each jump once, and tells a later one by itself', () => {
    const clock = new VirtualClock()
    const wallClock = new WallClock(clock)
    clock.suspend('8h')
    expect(wallClock.look(nowOf(clock))?.treatedAs).toBe('gap')
    expect(wallClock.look(nowOf(clock))).toBeUndefined()
    clock.jump('4h')
    expect(wallClock.look(nowOf(clock))?.treatedAs).toBe('correction')
  })
})
