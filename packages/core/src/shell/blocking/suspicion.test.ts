import { describe, expect, it } from 'vitest'
import type { Suspicion } from './suspicion.ts'
import { mainSuspect, suspicionOf } from './suspicion.ts'

// The event loop was free for ten seconds.
const all = { blocks: 10, blockedMs: 1_000, totalMs: 11_000 }

describe('suspicionOf', () => {
  it('suspects a task that was active during all blocks and rarely otherwise', () => {
    const found = suspicionOf({ blocks: 10, blockedMs: 1_000, activeMs: 2_000, spans: 80 }, all)
    expect(found?.odds).toBeCloseTo(0.98 ** 10 / 0.2 ** 10, -5)
    expect(found?.score).toBeCloseTo(1_000 / 0.2 / (50 / 0.8))
  })

  it('does not suspect a task that is just as active when the event loop is free', () => {
    expect(suspicionOf({ blocks: 5, blockedMs: 500, activeMs: 5_500, spans: 0 }, all)).toBeUndefined()
    expect(suspicionOf({ blocks: 2, blockedMs: 200, activeMs: 5_200, spans: 0 }, all)).toBeUndefined()
  })

  it('cannot separate a task that is almost always active from the rest of the process', () => {
    const many = { blocks: 90, blockedMs: 9_000, totalMs: 19_000 }
    expect(suspicionOf({ blocks: 90, blockedMs: 9_000, activeMs: 18_010, spans: 0 }, many)).toBeUndefined()
    expect(suspicionOf({ blocks: 90, blockedMs: 9_000, activeMs: 17_900, spans: 0 }, many)).toBeDefined()
  })

  it('does not suspect a task that was active during less than half of the blocks', () => {
    expect(suspicionOf({ blocks: 5, blockedMs: 500, activeMs: 600, spans: 0 }, all)).toBeDefined()
    expect(suspicionOf({ blocks: 4, blockedMs: 400, activeMs: 500, spans: 0 }, all)).toBeUndefined()
  })
})

describe('mainSuspect', () => {
  const suspicion = (more: Partial<Suspicion>): Suspicion => ({ blocks: 5, score: 3, odds: 1_000, ...more })

  it('names the task that was active during more blocks than any other', () => {
    const one = suspicion({ blocks: 6 })
    expect(mainSuspect([suspicion({ odds: 1e9 }), one], 2)).toBe(one)
    expect(mainSuspect([suspicion({}), suspicion({ odds: 1e9 })], 2)).toBeUndefined()
  })

  it('names no task without five blocks, a score of three, and odds of 50 per known task', () => {
    expect(mainSuspect([suspicion({})], 20)).toBeDefined()
    expect(mainSuspect([suspicion({ blocks: 4 })], 20)).toBeUndefined()
    expect(mainSuspect([suspicion({ score: 2.9 })], 20)).toBeUndefined()
    expect(mainSuspect([suspicion({ odds: 999 })], 20)).toBeUndefined()
    expect(mainSuspect([], 20)).toBeUndefined()
  })
})
