import { describe, expect, it } from 'vitest'
import type { Duration, Misfire, Schedule } from '../src/index.ts'
import { cron, every } from '../src/index.ts'
import { VirtualClock } from '../src/testing/index.ts'
import { setUp } from './supervised.ts'

// These tests check the table "When the clock jumps" in docs/semantics.md.

const minute = 60_000
const hour = 60 * minute

interface Given {
  readonly catchUp?: Duration
  readonly misfire?: Misfire
}

/**
 * A clock that does not know how long ago the machine booted. So Runwell cannot distinguish a sleep of the machine
 * from a change of the wall clock.
 */
class SilentClock extends VirtualClock {
  override sinceBoot(): number {
    return undefined as unknown as number
  }
}

async function playedWith(move: (clock: VirtualClock) => void, schedule: Schedule, Clock = VirtualClock) {
  const clock = new Clock({ startAt: '2026-03-02T09:30:00Z', settle: 'microtasks' })
  const { recorder, supervisor } = setUp({ clock, monitor: '1d' })
  supervisor.register({ name: 'a', schedule, run: () => {} })
  await supervisor.start()
  await clock.advance(minute)
  move(clock)
  await clock.advance(minute)
  const midnight = Date.parse('2026-03-02T00:00:00Z')
  return {
    ran: recorder.of('run.started').map(({ scheduledAt = 0 }) => (scheduledAt - midnight) / hour),
    missed: recorder.of('run.missed').reduce((sum, { count }) => sum + count, 0),
    treatedAs: recorder.of('clock.jumped').map((event) => event.treatedAs),
  }
}

const slept = (clock: VirtualClock) => clock.suspend('8h')
const setLittle = (clock: VirtualClock) => clock.jump(3 * hour - minute)
const setFar = (clock: VirtualClock) => clock.jump(8 * hour)
const sleptAndSet = (clock: VirtualClock) => {
  clock.suspend('8h')
  clock.jump(4 * hour)
}

describe.each<[string, (given: Given) => Schedule]>([
  ['cron', (given) => cron('0 * * * *', { timeZone: 'UTC', ...given })],
  ['fixed times', (given) => cron('0 0-23 * * *', { timeZone: 'UTC', ...given })],
  ['every from the epoch', (given) => every('1h', given)],
])('the slots in between: %s', (_kind, make) => {
  it.each<[string, (clock: VirtualClock) => void, string, Given, number[], number]>([
    ['the machine slept', slept, 'nothing is given', {}, [17], 7],
    ['the machine slept', slept, "catchUp is '1d'", { catchUp: '1d' }, [17], 7],
    ['the machine slept', slept, "catchUp is '10m'", { catchUp: '10m' }, [], 8],
    ['the machine slept', slept, 'misfire is { all: 3 }', { misfire: { all: 3 } }, [15, 16, 17], 5],
    ['the clock was set forward by less than 3 h', setLittle, 'nothing is given', {}, [12], 2],
    ['the clock was set forward by less than 3 h', setLittle, "catchUp is '10m'", { catchUp: '10m' }, [], 3],
    ['the clock was set forward by 8 h', setFar, 'nothing is given', {}, [], 8],
    ['the clock was set forward by 8 h', setFar, "misfire is 'skip'", { misfire: 'skip' }, [], 8],
    ['the clock was set forward by 8 h', setFar, "catchUp is '1d'", { catchUp: '1d' }, [17], 7],
    ['the clock was set forward by 8 h', setFar, "catchUp is '10m'", { catchUp: '10m' }, [], 8],
    [
      'the clock was set forward by 8 h',
      setFar,
      'misfire is { all: 3 }',
      { misfire: { all: 3 } },
      [15, 16, 17],
      5,
    ],
    [
      'the clock was set forward by 8 h',
      setFar,
      'both are given',
      { misfire: { all: 3 }, catchUp: '2h' },
      [16, 17],
      6,
    ],
    ['the machine slept, and the clock was set by 4 h', sleptAndSet, 'nothing is given', {}, [], 12],
    [
      'the machine slept, and the clock was set by 4 h',
      sleptAndSet,
      "catchUp is '1d'",
      { catchUp: '1d' },
      [21],
      11,
    ],
  ])('%s, %s %s', async (_what, move, _given, given, ran, missed) => {
    expect(await playedWith(move, make(given))).toMatchObject({ ran, missed })
  })

  it.each<[string, number, 'gap' | 'correction', Given, number[], number]>([
    ['25 h count as a sleep', 25 * hour, 'gap', {}, [34], 24],
    ['27 h are a correction', 27 * hour, 'correction', {}, [], 27],
    ['27 h are a correction', 27 * hour, 'correction', { catchUp: '2d' }, [36], 26],
  ])('where the uptime does not tell, %s', async (_what, ms, treatedAs, given, ran, missed) => {
    const seen = await playedWith((clock) => clock.jump(ms), make(given), SilentClock)

    expect(seen).toEqual({ ran, missed, treatedAs: [treatedAs] })
  })
})
