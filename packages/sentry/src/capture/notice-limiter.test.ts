import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taskInfo } from '../../test/fake-supervisor.ts'
import type { Notice } from './notice.ts'
import { NoticeLimiter } from './notice-limiter.ts'
import { TokenBucket } from './token-bucket.ts'

function setUp(events = 20, mayBeOutage = true) {
  const sent: Notice[] = []
  const timers: (() => void)[] = []
  let at = 0
  const limiter = new NoticeLimiter({
    bucket: new TokenBucket(events, 60_000),
    outage: { tasks: 10, withinMs: 30_000 },
    clock: {
      now: () => at,
      setTimer: (callback, ms) => {
        timers.push(() => {
          at += ms
          callback()
        })
        return () => timers.splice(0)
      },
    },
    send: (notice) => sent.push(notice),
    mayBeOutage: () => mayBeOutage,
  })
  return {
    limiter,
    sent,
    fire: () => {
      const timer = timers.shift()
      timer?.()
      return timer !== undefined
    },
  }
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

function named(sent: readonly Notice[]): Set<string> {
  const listed = sent.flatMap(({ info, extras }) => [
    ...(info ? [info.name] : []),
    ...Object.values(extras ?? {}).flatMap((lines) =>
      (lines as string[]).map((line) => line.split(' ')[0] ?? ''),
    ),
  ])
  return new Set(listed)
}

describe('NoticeLimiter', () => {
  it('sends the notices of ten tasks with the same error individually', () => {
    const { limiter, sent } = setUp()

    for (const name of names(10)) limiter.submit(failure(name), 0)
    limiter.flush(0)

    expect(sent.map(({ kind }) => kind)).toEqual(Array(10).fill('failure'))
  })

  it('detects an outage among unique errors, and watches at most fifty groups', () => {
    const often = setUp(2_000)
    const seldom = setUp(2_000)
    for (const name of names(20)) {
      often.limiter.submit(failure(name), 0)
      seldom.limiter.submit(failure(name), 0)
      for (const other of names(49)) often.limiter.submit(failure(other, `${name}${other}Error`), 0)
      for (const other of names(50)) seldom.limiter.submit(failure(other, `${name}${other}Error`), 0)
    }
    often.limiter.flush(0)
    seldom.limiter.flush(0)

    expect(often.sent.map(({ kind }) => kind)).toContain('outage')
    expect(seldom.sent.map(({ kind }) => kind)).not.toContain('outage')
  })

  it.each([11, 500])(
    'sends the notices of %i tasks with the same error as one outage that lists all',
    (count) => {
      const { limiter, sent, fire } = setUp()

      for (const name of names(count)) limiter.submit(failure(name), 0)
      expect(sent).toEqual([])
      fire()

      expect(sent).toHaveLength(1)
      expect(sent[0]).toMatchObject({ kind: 'outage', info: undefined, context: { tasks: count } })
      expect(String(sent[0]?.what)).toBe(
        `TaskOutage: ${count} tasks failed with UpstreamError: task-0, task-1, task-2 and ${count - 3} more`,
      )
      expect(named(sent)).toEqual(new Set(names(count)))
    },
  )

  it('releases notices after 30 s in the order of their failures, each as it was', () => {
    const { limiter, sent, fire } = setUp()
    const given = ['Timeout', 'Refused', 'Timeout'].map((name, n) => failure(`task-${n}`, name))

    for (const [n, notice] of given.entries()) limiter.submit(notice, n)
    fire()
    expect(sent).toEqual([given[0]])
    fire()
    fire()
    fire()

    expect(sent).toEqual(given)
    expect(fire()).toBe(false)
  })

  it('sends at once if there are too few tasks for an outage', () => {
    const { limiter, sent } = setUp(20, false)

    limiter.submit(failure('one'), 0)

    expect(sent).toHaveLength(1)
  })

  it('holds at most a hundred notices of a task that fails all the time, and loses none', () => {
    const { limiter, sent } = setUp(1_000)

    for (let n = 0; n < 150; n++) limiter.submit(failure('alone'), n)
    expect(sent).toHaveLength(50)
    limiter.flush(150)

    expect(sent).toHaveLength(150)
  })

  it('holds a notice for 30 s although the clock goes back by hours', () => {
    const { limiter, sent } = setUp()
    const hours = 7_200_000

    limiter.submit(failure('one'), hours)
    limiter.sendDue(0)
    limiter.sendDue(30_000)
    expect(sent).toEqual([])
    limiter.sendDue(30_001)

    expect(sent).toHaveLength(1)
  })

  it('counts tasks, not failures', () => {
    const { limiter, sent } = setUp()

    for (let n = 0; n < 15; n++) limiter.submit(failure('alone'), n)
    limiter.flush(15)

    expect(sent).toHaveLength(15)
  })

  it('detects an outage with a failure every three seconds, but not with one every four seconds', () => {
    const dense = setUp()
    const sparse = setUp()

    for (const [n, name] of names(15).entries()) {
      dense.limiter.submit(failure(name), n * 3_000)
      sparse.limiter.submit(failure(name), n * 4_000)
    }
    dense.limiter.flush(60_000)
    sparse.limiter.flush(60_000)

    expect(dense.sent.map(({ kind }) => kind)).toContain('outage')
    expect(sparse.sent.map(({ kind }) => kind)).toEqual(Array(15).fill('failure'))
  })

  it('lists everything beyond the budget in one notice', () => {
    const { limiter, sent } = setUp()

    for (const name of names(50)) limiter.submit(failure(name, `Error-${name}`), 0)
    limiter.sendDue(30_001)
    expect(sent).toHaveLength(20)
    limiter.sendDue(60_001)

    expect(sent.map(({ kind }) => kind)).toEqual([...Array(20).fill('failure'), 'overflow'])
    expect(named(sent)).toEqual(new Set(names(50)))
  })

  it('delays a notice after the overflow has borrowed from the budget, and sends it complete when there is room', () => {
    const { limiter, sent } = setUp(20, false)
    for (const name of names(22)) limiter.submit(failure(name, `Error-${name}`), 0)
    limiter.sendDue(30_000)

    limiter.submit(failure('late'), 60_000)
    limiter.submit(failure('later'), 120_000)

    expect(sent.slice(20).map(({ kind, info }) => info?.name ?? kind)).toEqual(['overflow', 'late'])
  })

  it('reports lost tasks even if failures have used up the budget', () => {
    const { limiter, sent } = setUp(20, false)
    for (const name of names(20)) limiter.submit(failure(name, `Error-${name}`), 0)

    for (const name of names(5, 'gone'))
      limiter.submit({ ...failure(name), kind: 'gave-up', handled: false }, 0)
    limiter.flush(0)

    expect(sent.slice(20).map(({ kind }) => kind)).toEqual(['gave-up', 'gave-up', 'gave-up', 'overflow'])
    expect(named(sent)).toContain('gone-4')
  })

  it('sends at most 21 events for any 500 failures in one second, and lists all tasks', () => {
    const classes = fc.integer({ min: 1, max: 600 })
    fc.assert(
      fc.property(classes, fc.infiniteStream(fc.nat()), (count, picks) => {
        const { limiter, sent } = setUp()

        for (const [n, name] of names(500).entries()) {
          limiter.submit(failure(name, `Class-${(picks.next().value ?? 0) % count}`), n * 2)
        }
        limiter.sendDue(31_500)
        limiter.flush(31_500)

        expect(sent.length).toBeLessThanOrEqual(21)
        expect(named(sent)).toEqual(new Set(names(500)))
      }),
      { numRuns: 50 },
    )
  })
})
