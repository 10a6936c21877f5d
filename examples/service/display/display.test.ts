import { describe, expect, it } from 'vitest'
import { blockLines } from './display.ts'

const lines = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name} ${n + 1}`)

const block = {
  head: lines('head', 3),
  look: lines('look', 2),
  tasks: lines('task', 12),
  numbers: lines('number', 6),
  trace: lines('trace', 5),
  issues: lines('issue', 9),
  log: lines('log', 5),
}

describe('blockLines', () => {
  it('shows tasks, trace, issues and log on a terminal of 24 rows', () => {
    expect(blockLines(block, 23)).toEqual([
      ...lines('head', 3),
      ...lines('task', 11),
      ...lines('trace', 3),
      ...lines('issue', 3),
      'log 3',
      'log 4',
      'log 5',
    ])
  })

  it('shows everything on a large terminal', () => {
    expect(blockLines(block, 60).filter((line) => line !== '')).toHaveLength(42)
  })
})
