import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taskInfo } from '../../test/stage.ts'
import type { Notice } from './notice.ts'
import { Outbox } from './notice-limiter.ts'
import { Bucket } from './token-bucket.ts'

/** An outbox whose timers fire only when the test says so. */
function outbox(events = 20) {
  const sent: Notice[] = []
  const timers: (() => void)[] = []
  let at = 0
  const box = new Outbox(
    new Bucket(events, 60_000),
    { tasks: 10, withinMs: 30_000 },
    {
      now: () => at,
      setTimer: (callback, ms) => {
        timers.push(() => {
          at += ms
          callback()
        })
        return () => timers.splice(0)
      },
    },
    (notice) => sent.push(notice),
  )
  return { box, sent, fire: () => timers.shift()?.() }
}

function failure(task: string, className = 'UpstreamError'): Notice {
  const error = new Error(`${task} failed`)
  error.name = className
  return {
    kind: 'failure',
    info: taskInfo(task),
    what: error,
    level: 'error',
    handled: true,
    fingerprint: [],
    context: {},
  }
}

const names = (count: number, prefix = 'task') => Array.from({ length: count }, (_, n) => `${prefix}-${n}`)

/** Every task that can be named from what was sent. */
function named(sent: readonly Notice[]): Set<string> {
  const listed = sent.flatMap(({ info, extras }) => [
    ...(info ? [info.name] : []),
    ...Object.values(extras ?? {}).flatMap((lines) =>
      (lines as string[]).map((line) => line.split(' ')[0] ?? ''),
    ),
  ])
  return new Set(listed)
}

describe('Outbox', () => {
  it('lets ten tasks with one class of error out by themselves', () => {
    const { box, sent } = outbox()

    for (const name of names(10)) box.offer(failure(name), 0)
    box.drain(0)

    expect(sent.map(({ kind }) => kind)).toEqual(Array(10).fill('failure'))
  })

  it('finds an outage among classes that come once, and watches no more than fifty classes', () => {
    const often = outbox(2_000)
    const seldom = outbox(2_000)
    for (const name of names(20)) {
      often.box.offer(failure(name), 0)
      seldom.box.offer(failure(name), 0)
      for (const other of names(49)) often.box.offer(failure(other, `${name}${other}Error`), 0)
      for (const other of names(50)) seldom.box.offer(failure(other, `${name}${other}Error`), 0)
    }
    often.box.drain(0)
    seldom.box.drain(0)

    expect(often.sent.map(({ kind }) => kind)).toContain('outage')
    expect(seldom.sent.map(({ kind }) => kind)).not.toContain('outage')
  })

  it('makes one outage of what follows, which lists all of them', () => {
    const { box, sent, fire } = outbox()

    for (const name of names(500)) box.offer(failure(name), 0)
    expect(sent).toHaveLength(10)
    fire()

    expect(sent).toHaveLength(11)
    expect(sent[10]).toMatchObject({ kind: 'outage', info: undefined, context: { tasks: 500 } })
    expect(String(sent[10]?.what)).toBe(
      'TaskOutage: 500 tasks failed with UpstreamError: task-0, task-1, task-2 and 497 more',
    )
    expect(named(sent.slice(10))).toEqual(new Set(names(500)))
  })

  it('counts tasks and not failures', () => {
    const { box, sent } = outbox()

    for (let n = 0; n < 15; n++) box.offer(failure('alone'), n)
    box.drain(15)

    expect(sent).toHaveLength(15)
  })

  it('sees an outage whose failures come one in three seconds, and none in one in four', () => {
    const dense = outbox()
    const sparse = outbox()

    for (const [n, name] of names(15).entries()) {
      dense.box.offer(failure(name), n * 3_000)
      sparse.box.offer(failure(name), n * 4_000)
    }
    dense.box.drain(60_000)
    sparse.box.drain(60_000)

    expect(dense.sent.map(({ kind }) => kind)).toContain('outage')
    expect(sparse.sent.map(({ kind }) => kind)).toEqual(Array(15).fill('failure'))
  })

  it('names what is beyond the budget in one notice', () => {
    const { box, sent } = outbox()

    for (const name of names(50)) box.offer(failure(name, `Error-${name}`), 0)
    box.advance(30_000)
    box.advance(31_000)

    expect(sent.map(({ kind }) => kind)).toEqual([...Array(20).fill('failure'), 'overflow'])
    expect(named(sent)).toEqual(new Set(names(50)))
  })

  it('holds a notice back for the overflow that it lent to, and lets it out whole when there is room', () => {
    const { box, sent } = outbox()
    for (const name of names(22)) box.offer(failure(name, `Error-${name}`), 0)
    box.advance(30_000)

    box.offer(failure('late'), 60_000)
    box.offer(failure('later'), 120_000)

    expect(sent.slice(20).map(({ kind, info }) => info?.name ?? kind)).toEqual(['overflow', 'late'])
  })

  it('tells that tasks are gone, though failures have used the budget up', () => {
    const { box, sent } = outbox()
    for (const name of names(20)) box.offer(failure(name, `Error-${name}`), 0)

    for (const name of names(5, 'gone')) box.offer({ ...failure(name), kind: 'gave-up', handled: false }, 0)
    box.drain(0)

    expect(sent.slice(20).map(({ kind }) => kind)).toEqual(['gave-up', 'gave-up', 'gave-up', 'overflow'])
    expect(named(sent)).toContain('gone-4')
  })

  it('sends at most 21 of any 500 failures in one second, and names all of them', () => {
    const classes = fc.integer({ min: 1, max: 600 })
    fc.assert(
      fc.property(classes, fc.infiniteStream(fc.nat()), (count, picks) => {
        const { box, sent } = outbox()

        for (const [n, name] of names(500).entries()) {
          box.offer(failure(name, `Class-${(picks.next().value ?? 0) % count}`), n * 2)
        }
        box.advance(31_500)
        box.drain(31_500)

        expect(sent.length).toBeLessThanOrEqual(21)
        expect(named(sent)).toEqual(new Set(names(500)))
      }),
      { numRuns: 50 },
    )
  })
})
