import { describe, expect, it } from 'vitest'
import { brief, clip, pad, paintFor } from './paint.ts'

describe('paintFor', () => {
  it('paints on a terminal', () => {
    expect(paintFor({ isTTY: true }, {})('bold', 'x')).toBe('\u001b[1mx\u001b[22m')
  })

  it.each([
    ['a pipe', { isTTY: false }, {}],
    ['NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }],
  ])('leaves texts alone for %s', (_, stream, env) => {
    expect(paintFor(stream, env)('red', 'x')).toBe('x')
  })
})

describe('clip and pad', () => {
  it('return the given width', () => {
    expect(clip('abcdef', 6)).toBe('abcdef')
    expect(clip('abcdefg', 6)).toBe('abcde…')
    expect(pad('ab', 4)).toBe('ab  ')
    expect(pad('ab', 4, 'right')).toBe('  ab')
    expect(clip('abc', 0)).toBe('…')
  })

  it('remove characters that move the cursor', () => {
    expect(clip('one\n\u001b[2Jtwo', 20)).toBe('one two')
  })
})

describe('brief', () => {
  it.each([
    [0, '0ms'],
    [85.4, '85ms'],
    [2_430, '2.4s'],
    [41_000, '41s'],
    [59_700, '1m00s'],
    [190_000, '3m10s'],
  ])('formats %d ms as %s', (ms, text) => {
    expect(brief(ms)).toBe(text)
  })
})
