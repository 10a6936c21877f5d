import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AbortCause } from '../base/errors.ts'
import { outcomes, triggers } from '../base/words.ts'
import { History } from './history.ts'
import type { RunRecord } from './run-record.ts'

const recordOf = (record: Partial<RunRecord> = {}): RunRecord => ({
  runId: 'a1-1',
  trigger: 'schedule',
  attempt: 1,
  scheduledAt: 1_700_000_000_000,
  startedAt: 1_700_000_000_012.5,
  durationMs: 3.25,
  latenessMs: 12.5,
  outcome: 'succeeded',
  error: undefined,
  annotations: undefined,
  ...record,
})

const push = (history: History, record: RunRecord): void =>
  history.push(record, record.outcome, record.durationMs, record.error)

const idsOf = (history: History, limit?: number): readonly string[] =>
  history.list(limit).map(({ runId }) => runId)

describe('History', () => {
  it('returns the pushed runs, newest first', () => {
    const history = new History(20)
    const plain = recordOf()
    const failed = recordOf({
      runId: 'a1-2',
      trigger: 'manual',
      attempt: 3,
      scheduledAt: undefined,
      latenessMs: undefined,
      outcome: 'failed',
      error: { name: 'FeedError', message: 'down', stack: undefined },
      annotations: { trace_id: 'f00' },
    })

    push(history, plain)
    push(history, failed)

    expect(history.list()).toEqual([failed, plain])
    expect(history.last).toEqual({ runId: 'a1-2', outcome: 'failed', annotations: { trace_id: 'f00' } })
    expect(history.length).toBe(2)
  })

  it('keeps the last runs and returns as many as requested', () => {
    const history = new History(3)
    for (const id of [1, 2, 3, 4, 5]) push(history, recordOf({ runId: `a1-${id}` }))

    expect(idsOf(history)).toEqual(['a1-5', 'a1-4', 'a1-3'])
    expect(idsOf(history, 2)).toEqual(['a1-5', 'a1-4'])
    expect(idsOf(history, 1.9)).toEqual(['a1-5'])
    expect(idsOf(history, 0)).toEqual([])
    expect(idsOf(history, -1)).toEqual([])
    expect(idsOf(history, Number.POSITIVE_INFINITY)).toEqual(['a1-5', 'a1-4', 'a1-3'])
  })

  it('keeps nothing if its size is zero', () => {
    const history = new History(0)

    push(history, recordOf())

    expect(history.list()).toEqual([])
  })

  it('drops the error of a run that is overwritten', () => {
    const history = new History(1)
    push(history, recordOf({ error: { name: 'E', message: '', stack: undefined } }))

    push(history, recordOf({ runId: 'a1-2' }))

    expect(history.list()).toEqual([recordOf({ runId: 'a1-2' })])
  })

  it.each(['', '7', 'x', 'a1-007', 'a1-0', 'b1-2', 'a1-', 'a1-12345678901234567890', 'a1-1x', 'a1-1.5'])(
    'returns the id %o unchanged',
    (runId) => {
      const history = new History(3)

      push(history, recordOf({ runId: 'a1-1' }))
      push(history, recordOf({ runId }))
      push(history, recordOf({ runId: 'a1-3' }))

      expect(idsOf(history)).toEqual(['a1-3', runId, 'a1-1'])
    },
  )

  it('keeps the ids of this process apart from those of another one, whichever comes first', () => {
    const history = new History(5)
    const lost = recordOf({
      runId: 'b2-7',
      outcome: 'cancelled',
      abortedFor: 'lease-lost',
      instanceId: 'b2',
    })
    history.push(lost, 'cancelled', lost.durationMs, undefined)
    history.push(recordOf({ runId: 'a1-7' }), 'succeeded', 1, undefined, 7)
    history.push(recordOf({ runId: 'a1-8', abortedFor: 'shutdown' }), 'cancelled', 1, undefined, 8)

    history.push({ ...lost, runId: 'b2-9' }, 'cancelled', lost.durationMs, undefined)

    expect(idsOf(history)).toEqual(['b2-9', 'a1-8', 'a1-7', 'b2-7'])
    expect(history.last).toMatchObject({ runId: 'a1-8', outcome: 'cancelled' })
    expect(history.newest?.runId).toBe('b2-9')
    const [, stopped, own, other] = history.list()
    expect(stopped?.abortedFor).toBe('shutdown')
    expect(own).not.toHaveProperty('instanceId')
    expect(own).not.toHaveProperty('abortedFor')
    expect(other).toEqual(lost)
  })

  it('behaves like a truncated list', () => {
    const records = fc.record({
      runId: fc.oneof(
        fc.nat().map((id) => `i9-${id}`),
        fc.string(),
        fc.bigInt({ min: 0n, max: 10n ** 20n }).map((id) => `i9-${id}`),
      ),
      trigger: fc.constantFrom(...triggers),
      attempt: fc.integer({ min: 1, max: 101 }),
      scheduledAt: fc.option(fc.double({ noNaN: true, min: 0, max: 9e15 }), { nil: undefined }),
      startedAt: fc.double({ noNaN: true, min: 0, max: 9e15 }),
      durationMs: fc.double({ noNaN: true, min: 0, max: 1e12 }),
      latenessMs: fc.option(fc.double({ noNaN: true, min: 0, max: 1e12 }), { nil: undefined }),
      outcome: fc.constantFrom(...outcomes),
      error: fc.option(fc.constant({ name: 'E', message: 'm', stack: 's' }), { nil: undefined }),
      annotations: fc.option(fc.constant({ trace_id: 'a' }), { nil: undefined }),
      abortedFor: fc.option(fc.constantFrom<AbortCause>('timeout', 'lease-lost'), { nil: undefined }),
      instanceId: fc.option(fc.constantFrom('i9', 'k3'), { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.array(records, { maxLength: 60 }), fc.nat({ max: 30 }), (all, size) => {
        const history = new History(size)

        for (const record of all) push(history, record)

        expect(history.list()).toEqual(all.slice(Math.max(0, all.length - size)).reverse())
      }),
    )
  })
})

describe('History by time', () => {
  const minute = 60_000
  const ended = (history: History, ...minutes: readonly number[]): void => {
    for (const at of minutes)
      push(history, recordOf({ runId: `a1-${at}`, startedAt: at * minute - 1_000, durationMs: 1_000 }))
  }

  it('lists the runs that ended within the time, whether or not others follow', () => {
    const history = new History(100, 10 * minute)
    ended(history, 1, 5, 8, 12)

    expect(idsOf(history)).toEqual(['a1-12', 'a1-8', 'a1-5'])
    expect(history.list(100, 18 * minute).map(({ runId }) => runId)).toEqual(['a1-12', 'a1-8'])
    expect(history.length).toBe(2)
    expect(history.list(100, 60 * minute)).toEqual([])
  })

  it('lists no more than its size, however many there are in the time', () => {
    const history = new History(3, 10 * minute)
    ended(history, 1, 2, 3, 4, 5)

    expect(idsOf(history)).toEqual(['a1-5', 'a1-4', 'a1-3'])
    expect(history.list(2, 13 * minute).map(({ runId }) => runId)).toEqual(['a1-5', 'a1-4'])
    expect(history.list(3, 14.5 * minute).map(({ runId }) => runId)).toEqual(['a1-5'])
  })

  it('returns no run of another process as the newest of this one, however old', () => {
    const history = new History(10, minute)
    const lost = { outcome: 'cancelled', instanceId: 'b2', durationMs: 0 } as const
    push(history, recordOf({ ...lost, runId: 'b2-1', startedAt: 0 }))
    push(history, recordOf({ ...lost, runId: 'b2-2', startedAt: 10 * minute }))

    expect(history.last).toBeUndefined()
    push(history, recordOf({ runId: 'a1-1', startedAt: 20 * minute, durationMs: 0 }))
    push(history, recordOf({ ...lost, runId: 'b2-3', startedAt: 20 * minute }))
    expect(history.last?.runId).toBe('a1-1')
  })

  it('keeps the newest run, of any age, and no error of the others', () => {
    const history = new History(10, minute)
    const error = { name: 'E', message: 'down', stack: undefined }
    push(history, recordOf({ runId: 'a1-1', startedAt: 0, error }))
    push(history, recordOf({ runId: 'a1-2', startedAt: 10, error }))

    expect(history.list(10, 60 * minute)).toEqual([])
    expect(history.newest).toMatchObject({ runId: 'a1-2', error })
  })
})
