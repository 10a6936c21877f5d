import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Leases } from '../src/runs/leases.ts'
import type { Connection } from '../src/store/connection.ts'

const leaseMs = 1_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function active(whenCutOff: 'finish' | 'abort', answer: () => Promise<readonly string[]>) {
  const clock = { monotonic: () => Date.now() } as never
  const connection = { ask: answer } as unknown as Connection
  const leases = new Leases(connection, clock, leaseMs, whenCutOff === 'abort')
  const lease = leases.hold({ id: 'job', token: 't', task: 'mail', order: 1 })
  const lose = vi.fn()
  lease.running = { lose } as never
  return { leases, lease, lose }
}

const never = (): Promise<never> => new Promise(() => {})
const renewed = (): Promise<readonly string[]> => Promise.resolve([])

describe('a run of a process that is cut off from the store', () => {
  it('is aborted before its lease is over, although a renewal still waits for an answer', async () => {
    const { lose } = active('abort', never)
    await vi.advanceTimersByTimeAsync(leaseMs / 2)
    expect(lose).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(leaseMs / 2 - 1)
    expect(lose).toHaveBeenCalledOnce()
  })

  it('is aborted before the end of a lease that had begun before the run was known', async () => {
    const { leases, lease, lose } = active('abort', never)
    leases.began(lease, 600)
    await vi.advanceTimersByTimeAsync(leaseMs - 600 - 1)
    expect(lose).toHaveBeenCalledOnce()
  })

  it('is not aborted while the store confirms the lease', async () => {
    const { leases, lose } = active('abort', renewed)
    await vi.advanceTimersByTimeAsync(20 * leaseMs)
    expect(lose).not.toHaveBeenCalled()
    leases.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('finishes by default', async () => {
    const { lose } = active('finish', never)
    await vi.advanceTimersByTimeAsync(20 * leaseMs)
    expect(lose).not.toHaveBeenCalled()
  })
})

describe('the runs whose results the store does not have', () => {
  const attempt = (): object => ({ runId: 'a-1' })

  it('are active runs, and ended runs whose results are not sent yet', () => {
    const { leases, lease } = active('finish', renewed)
    lease.running = { attempt } as never
    expect(leases.tasksOfRuns).toEqual(['mail'])
    lease.running = undefined
    lease.hasEnded = true
    expect(leases.tasksOfRuns).toEqual(['mail'])
    leases.release(lease)
    expect(leases.tasksOfRuns).toEqual([])
  })

  it('are not jobs that wait for a run to end, or that the supervisor has refused', () => {
    const { leases, lease } = active('finish', renewed)
    lease.running = undefined
    expect(leases.tasksOfRuns).toEqual([])
    lease.running = { attempt: () => undefined } as never
    expect(leases.tasksOfRuns).toEqual([])
  })
})
