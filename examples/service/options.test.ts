import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'

describe('parseOptions', () => {
  it('has a default for each option', () => {
    expect(parseOptions([])).toEqual({
      forMs: undefined,
      seed: 1,
      port: 4700,
      consolePort: 4777,
      table: true,
    })
  })

  it('reads each option', () => {
    const args = ['--for', '20s', '--seed=7', '--port', '0', '--console-port', '5000', '--no-table']

    expect(parseOptions(args)).toEqual({
      forMs: 20_000,
      seed: 7,
      port: 0,
      consolePort: 5_000,
      table: false,
    })
  })

  it('has no port for the console if there is none', () => {
    expect(parseOptions(['--no-console'])).toMatchObject({ consolePort: undefined })
  })

  it('returns help if asked, even with other options', () => {
    expect(parseOptions(['--seed', '4', '--help'])).toBe('help')
  })

  const wrong: readonly (readonly [readonly string[], string])[] = [
    [['--fro', '20s'], "Unknown option '--fro'; --help lists the options."],
    [['20s'], "Unexpected argument '20s'; --help lists the options."],
    [['--for'], "Option '--for <value>' argument missing; --help lists the options."],
    [['--for', '20'], "Expected --for to be a time of at least 1s, such as 20s or 10m, got '20'."],
    [['--for', '0s'], "Expected --for to be a time of at least 1s, such as 20s or 10m, got '0s'."],
    [['--seed', 'x'], "Expected --seed to be a whole number from 0 to 4294967295, got 'x'."],
    [['--port', '65536'], "Expected --port to be a whole number from 0 to 65535, got '65536'."],
    [['--console-port', 'x'], "Expected --console-port to be a whole number from 0 to 65535, got 'x'."],
    [['--port='], "Expected --port to be a whole number from 0 to 65535, got ''."],
    [['--no-table=yes'], "Option '--no-table' does not take an argument; --help lists the options."],
  ]
  it.each(wrong)('names the problem with %j', (args, sentence) => {
    expect(() => parseOptions(args)).toThrow(sentence)
  })
})
