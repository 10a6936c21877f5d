import { afterEach, expect, it, vi } from 'vitest'
import type { ProcessView, Snapshot } from '../src/api/types.ts'
import { applyProcess, applySnapshot, clockOffset } from '../src/page/state/store.ts'

afterEach(() => void vi.restoreAllMocks())

it('takes the clock of the process from the message that arrived fastest', () => {
  const arrives = (at: number): unknown => vi.spyOn(Date, 'now').mockReturnValue(at)
  const snapshot = { tasks: [], process: { at: 100_000 } as ProcessView } as unknown as Snapshot

  arrives(102_000)
  applySnapshot(snapshot)
  expect(clockOffset.value).toBe(-2_000)

  arrives(105_010)
  applyProcess({ at: 105_000 })
  expect(clockOffset.value).toBe(-10)

  arrives(109_000)
  applyProcess({ at: 108_000 })
  expect(clockOffset.value).toBe(-10)

  // After a restart, the process may run on another machine, with another clock.
  arrives(160_000)
  applySnapshot(snapshot)
  expect(clockOffset.value).toBe(-60_000)
})

it('follows the clock of the process back after a correction by more than a minute', () => {
  const arrives = (at: number): unknown => vi.spyOn(Date, 'now').mockReturnValue(at)
  arrives(100_000)
  applySnapshot({ tasks: [], process: { at: 100_000 } as ProcessView } as unknown as Snapshot)

  arrives(105_000)
  applyProcess({ at: 3_705_000 })
  expect(clockOffset.value).toBe(3_600_000)

  arrives(110_000)
  applyProcess({ at: 109_990 })
  expect(clockOffset.value).toBe(-10)
})
