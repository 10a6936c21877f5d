import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../test/health-facts.ts'
import { blocksLoop } from './blocks-loop.ts'

const verdict = (blockedMs: number, firing: boolean): string => {
  const judgement = blocksLoop().judge(factsOf({ blockedMs }), firing)
  return judgement.kind === 'bad' ? judgement.status : judgement.kind
}

describe('blocksLoop', () => {
  it.each([
    [0, 'fine'],
    [200, 'fine'],
    [201, 'degraded'],
    [2_000, 'degraded'],
    [2_001, 'unhealthy'],
  ])('judges a block of %i ms as %s', (blockedMs, expected) => {
    expect(verdict(blockedMs, false)).toBe(expected)
  })

  it('clears at half of the degraded limit', () => {
    expect(verdict(101, true)).toBe('degraded')
    expect(blocksLoop().judge(factsOf({ blockedMs: 150 }), true)).toMatchObject({
      reason: 'a run blocked the event loop for 150 ms, limit 200 ms, ends at 100 ms',
    })
    expect(verdict(100, true)).toBe('fine')
  })
})
