import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Misfire, Schedule } from '../src/index.ts'
import { cron, every } from '../src/index.ts'
import { setUp } from './supervised.ts'

const minute = 60_000
const hour = 60 * minute
const startAt = Date.parse('2026-03-02T00:00:10Z')
/** Runwell notices a jump of the clock within this time. */
const noticedMs = 30_000

type Happening =
  | { readonly what: 'pass' | 'block' | 'set' | 'suspend'; readonly ms: number }
  | { readonly what: 'toSlot' | 'reschedule' | 'rescheduleInRun' | 'pause' | 'resume' }

const between = (what: 'pass' | 'block' | 'set' | 'suspend', min: number, max: number) =>
  fc.integer({ min, max }).map((ms): Happening => ({ what, ms }))

const happenings = fc.array(
  fc.oneof(
    between('pass', 0, 4 * minute),
    between('block', 0, 3 * minute),
    between('suspend', minute, 12 * hour),
    between('set', -8 * hour, -2_000),
    between('set', 2_000, 8 * hour),
    fc
      .constantFrom('toSlot', 'reschedule', 'rescheduleInRun', 'pause', 'resume')
      .map((what) => ({ what }) as Happening),
  ),
  { maxLength: 12 },
)

const unpaused = happenings.map((list) => list.filter(({ what }) => what !== 'pause'))

const misfires: readonly Misfire[] = ['coalesce', 'skip', { all: 3 }]
const settings = fc.record({
  misfire: fc.constantFrom(...misfires),
  catchUp: fc.constantFrom(undefined, 0, 15_000, 10 * hour),
  jitter: fc.constantFrom(0, 20_000),
})

/**
 * A period in which the clock was not set back, so each of its slots must be run, skipped or missed. Its last
 * `blindMs` are not checked. Slots in the `slackMs` before `from` may also be run, skipped or missed.
 */
interface Line {
  readonly from: number
  readonly slackMs: number
  to: number
  blindMs: number
}

function minutesIn(from: number, to: number): number[] {
  const minutes: number[] = []
  for (let at = Math.floor(from / minute) + 1; at * minute <= to; at += 1) minutes.push(at * minute)
  return minutes
}

/** @param other - an equal schedule would change nothing, so one of its options differs */
async function live(schedule: Schedule, other: Schedule, list: readonly Happening[]) {
  const scene = setUp({ startAt: new Date(startAt).toISOString(), monitor: '1d', settle: 'microtasks' })
  const { clock, supervisor } = scene
  let reschedules = false
  const task = supervisor.register({
    name: 'a',
    schedule,
    run: () => {
      if (reschedules) reschedule()
    },
  })
  const reschedule = (): void => task.reschedule(task.schedule.policy === other.policy ? schedule : other)
  await supervisor.start()
  await clock.advance(0)
  const jumpedOver = new Set<number>()
  const lines: Line[] = [{ from: startAt, slackMs: 0, to: startAt, blindMs: 0 }]
  const see = (): void => {
    const line = lines.at(-1)
    if (line) line.to = Math.max(line.to, clock.now())
  }
  for (const happening of list) {
    const { what } = happening
    if (what === 'pass') await clock.advance(happening.ms)
    else if (what === 'toSlot') await clock.advance(minute - (clock.now() % minute))
    else if (what === 'block') {
      clock.block(happening.ms)
      await clock.advance(0)
    } else if (what === 'reschedule') reschedule()
    else if (what === 'rescheduleInRun') reschedules = !reschedules
    else if (what === 'pause' || what === 'resume') task[what]()
    else if ('ms' in happening) {
      const { ms } = happening
      see()
      if (what === 'set') clock.jump(ms)
      else clock.suspend(ms)
      if (what === 'set' && ms >= 3 * hour)
        for (const slot of minutesIn(clock.now() - ms - noticedMs, clock.now())) jumpedOver.add(slot)
      if (ms < 0) {
        const ended = lines.at(-1)
        if (ended && schedule.policy.jitterMs > 0) ended.blindMs = noticedMs
        lines.push({ from: clock.now(), slackMs: noticedMs, to: clock.now(), blindMs: 0 })
      }
      await clock.advance(noticedMs) // if the next jump came sooner, Runwell might notice neither of them
    }
    see()
  }
  await clock.advance(90_000 - (clock.now() % minute))
  see()
  return { ...scene, lines, jumpedOver }
}

/**
 * Returns every minute that was run, skipped or missed.
 *
 * @param isOnce - true to leave out minutes that an earlier event contained, except those that the clock has jumped
 * over
 */
function decidedOf({ recorder, jumpedOver }: Awaited<ReturnType<typeof live>>, isOnce: boolean): number[] {
  const decided: number[] = []
  const seen = new Set<number>()
  const isNew = (slot: number): boolean => !isOnce || !seen.has(slot) || jumpedOver.has(slot)
  const add = (slots: readonly number[]): void => {
    for (const slot of slots) {
      decided.push(slot)
      seen.add(slot)
    }
  }
  for (const event of recorder.events) {
    if (event.type === 'run.started' && event.scheduledAt !== undefined) add([event.scheduledAt])
    if (event.type === 'run.skipped' && event.scheduledAt !== undefined) {
      const slots: number[] = []
      for (let slot = event.scheduledAt; slots.length < event.count; slot -= minute)
        if (slot === event.scheduledAt || isNew(slot)) slots.push(slot)
      add(slots)
    }
    if (event.type === 'run.missed') add(minutesIn(event.from - 1, event.to).filter(isNew))
  }
  return decided
}

describe('every slot of a wall-clock schedule is run, skipped or missed exactly once, whatever the clock does', () => {
  it('fixed times: each time that the clock has passed over, and none twice', () =>
    fc.assert(
      fc.asyncProperty(unpaused, settings, async (list, options) => {
        const make = (own: object) => cron('0-59 0-23 * * *', { timeZone: 'UTC', ...options, ...own })
        const scene = await live(make({}), make({ catchUp: 16_000 }), list)

        const decided = decidedOf(scene, true)
        const passed = new Set(scene.lines.flatMap(({ from, to, blindMs }) => minutesIn(from, to - blindMs)))
        const mayPass = new Set(scene.lines.flatMap(({ from, to, slackMs }) => minutesIn(from - slackMs, to)))
        const sure = decided.filter((slot) => !scene.jumpedOver.has(slot))
        expect(sure).toHaveLength(new Set(sure).size)
        const all = new Set(decided)
        const ran = scene.recorder.of('run.started').map(({ scheduledAt }) => scheduledAt)
        expect(ran).toEqual([...new Set(ran)])
        expect([...passed].filter((slot) => !all.has(slot))).toEqual([])
        expect(decided.filter((slot) => !mayPass.has(slot))).toEqual([])
        expect(scene.recorder.of('observer.failed')).toEqual([])
      }),
      { numRuns: 60 },
    ))

  it.each([
    ['wildcards', (options: object) => cron('* * * * *', { timeZone: 'UTC', ...options })],
    ['intervals from the epoch', (options: object) => every('1m', { anchor: 'epoch', ...options })],
  ])('%s: all times of each line, and at least half a period apart', (_, scheduleOf) =>
    fc.assert(
      fc.asyncProperty(happenings, settings, async (list, options) => {
        const scene = await live(scheduleOf(options), scheduleOf({ ...options, catchUp: 16_000 }), list)
        const { recorder, lines } = scene

        const times = new Map<number, number>()
        for (const slot of decidedOf(scene, false)) times.set(slot, (times.get(slot) ?? 0) + 1)
        for (const [slot, count] of times) {
          const most = lines.filter(({ from, to, slackMs }) =>
            minutesIn(from - slackMs, to).includes(slot),
          ).length
          expect(count, new Date(slot).toISOString()).toBeLessThanOrEqual(most)
        }
        for (const { from, to, slackMs, blindMs } of lines) {
          const sure = minutesIn(from, to - blindMs).slice(slackMs > 0 ? 1 : 0)
          expect(sure.filter((slot) => !times.has(slot))).toEqual([])
        }
        const decided = [...times.values()].reduce((total, count) => total + count, 0)
        const least = lines.reduce(
          (total, { from, to, slackMs, blindMs }) =>
            total + Math.max(0, minutesIn(from, to - blindMs).length - (slackMs > 0 ? 1 : 0)),
          0,
        )
        const most = lines.reduce(
          (total, { from, to, slackMs }) => total + minutesIn(from - slackMs, to).length,
          0,
        )
        expect(decided).toBeGreaterThanOrEqual(least)
        expect(decided).toBeLessThanOrEqual(most)
        expect(recorder.of('observer.failed')).toEqual([])
      }),
      { numRuns: 30 },
    ),
  )
})
