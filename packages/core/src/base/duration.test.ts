import { describe, expect, it } from 'vitest'
import { duration, formatMs } from './duration.ts'

describe('duration()', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['0s', 0],
    ['007s', 7_000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(duration(text)).toBe(ms)
  })

  it.each([
    '',
    '30',
    's',
    '-1s',
    '+1s',
    '1 s',
    ' 1s',
    '1s ',
    '.5s',
    '1.s',
    '1e3s',
    '1w',
    '1S',
    '1h30m',
    '1,5s',
  ])('rejects %j and says what it expects', (text) => {
    expect(() => duration(text)).toThrow(/^Expected `duration` to be a duration .+, got /)
  })
})

describe('formatMs()', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_500, '1.5 s'],
    [119_999, '120 s'],
    [120_000, '2 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text)
  })
})
