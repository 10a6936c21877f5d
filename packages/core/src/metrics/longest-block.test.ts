import { describe, expect, it } from 'vitest'
import { LongestBlock } from './longest-block.ts'

const minute = 60_000

describe('LongestBlock', () => {
  it('is the longest block of the last minutes and decreases as they pass', () => {
    const block = new LongestBlock()
    block.add(300, 0)
    block.add(200, 2 * minute)
    block.add(100, 2 * minute)

    expect(block.of(2 * minute)).toBe(300)
    expect(block.of(6 * minute - 1)).toBe(300)
    expect(block.of(6 * minute)).toBe(200)
    expect(block.of(8 * minute - 1)).toBe(200)
    expect(block.of(8 * minute)).toBe(0)
  })

  it('adds a late value to the newest minute', () => {
    const block = new LongestBlock()
    block.add(10, 10 * minute)
    block.add(300, 0)

    expect(block.of(16 * minute - 1)).toBe(300)
  })

  it('handles a long silence', () => {
    const block = new LongestBlock()
    block.add(300, 0)

    block.add(50, 1_000 * minute)

    expect(block.of(1_000 * minute)).toBe(50)
  })
})
