import { describe, expect, it } from 'vitest'
import { arrange, type Section } from './layout.ts'

const head: Section = { lines: ['title', 'hint'], min: 1 }
const numbers: Section = { lines: ['n1', 'n2', 'n3'], min: 0 }
const issues: Section = { lines: ['i1', 'i2', 'i3', 'i4'], min: 2 }
const log: Section = { lines: ['old', 'newer', 'newest'], min: 2, keep: 'last' }
const sections = [head, numbers, issues, log]

function lines(rows: number): string {
  return arrange(sections, rows, [numbers, issues, log]).join(' ')
}

describe('arrange', () => {
  it('separates the sections by empty lines if there is room', () => {
    expect(lines(15)).toBe('title hint  n1 n2 n3  i1 i2 i3 i4  old newer newest')
  })

  it.each([
    [14, 'title hint n1 n2 n3 i1 i2 i3 i4 old newer newest'],
    [11, 'title hint n1 n2 i1 i2 i3 i4 old newer newest'],
    [9, 'title hint i1 i2 i3 i4 old newer newest'],
    [7, 'title hint i1 i2 old newer newest'],
    [6, 'title hint i1 i2 newer newest'],
    [4, 'title hint i1 i2'],
    [1, 'title'],
  ])('shortens the less important sections first: %i rows', (rows, expected) => {
    expect(lines(rows)).toBe(expected)
  })
})
