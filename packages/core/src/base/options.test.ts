import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { durationFrom } from './duration.ts'
import { InvalidOptionError } from './errors.ts'
import {
  aFunction,
  anObject,
  aText,
  check,
  checkOptions,
  numberFrom,
  oneOf,
  type Takes,
  takes,
  textUpTo,
  trueOrFalse,
  wholeNumber,
  withTask,
} from './options.ts'

const pump = { pressure: numberFrom(0), valve: oneOf(['open', 'shut']), primed: trueOrFalse }

function errorOf(call: () => unknown): InvalidOptionError {
  try {
    call()
  } catch (error) {
    if (error instanceof InvalidOptionError) return error
    throw error
  }
  throw new Error('Expected an InvalidOptionError')
}

describe('check', () => {
  it.each<[Takes, unknown[], unknown[], string]>([
    [trueOrFalse, [true, false], [1, 'true', null, undefined], 'true or false'],
    [aFunction, [() => {}, Date], [{}, 'f', undefined], 'a function'],
    [anObject, [{}, new Map()], [null, [], 'x', () => {}], 'an object'],
    [aText, ['x', 'x'.repeat(9_999)], ['', '  ', 5, undefined], 'a non-empty string'],
    [textUpTo(3), ['abc'], ['abcd', ' ', 5], 'a text of 1 to 3 characters'],
    [wholeNumber(2, 4), [2, 4], [1, 5, 2.5, '3', Number.NaN], 'a whole number from 2 to 4'],
    [numberFrom(1), [1, 1.5, Number.POSITIVE_INFINITY], [0.9, '2', Number.NaN], 'a number from 1'],
    [oneOf(['a', 'b', false]), ['a', 'b', false], ['c', true, undefined], "one of 'a', 'b', false"],
    [
      durationFrom(1_000, 60_000),
      ['1s', 60_000, '0.5m'],
      ['61s', 999, 'soon', '5', Number.NaN, null],
      "a duration such as '250ms', '30s', '5m', '2h' or '1d', or a number of milliseconds, from 1 s to 60 s",
    ],
    [
      durationFrom(5),
      ['5ms', 5],
      [4, Number.POSITIVE_INFINITY],
      "a duration such as '250ms', '30s', '5m', '2h' or '1d', or a number of milliseconds, at least 5 ms",
    ],
    [
      durationFrom(0, Number.POSITIVE_INFINITY),
      [0, Number.POSITIVE_INFINITY],
      [-1, Number.NaN],
      "a duration such as '250ms', '30s', '5m', '2h' or '1d', or a number of milliseconds",
    ],
  ])('returns what fits and rejects the rest: case %#', (accepted, fitting, others, expected) => {
    for (const value of fitting) expect(check('valve', value, accepted)).toBe(value)
    for (const value of others) {
      const error = errorOf(() => check('valve', value, accepted))
      expect(error).toMatchObject({ option: 'valve', expected, received: value, task: undefined })
      expect(error.message).toMatch(/^Expected `valve` to be .+, got /)
    }
  })
})

describe('checkOptions', () => {
  it('accepts known options, and undefined for each of them', () => {
    expect(() => checkOptions('pump', {}, pump)).not.toThrow()
    expect(() => checkOptions('pump', { pressure: 3, valve: undefined }, pump)).not.toThrow()
  })

  it.each([undefined, null, 5, 'open', [], () => {}])('rejects %o instead of an object', (given) => {
    expect(errorOf(() => checkOptions('pump', given, pump))).toMatchObject({
      option: 'pump',
      received: given,
    })
  })

  it('names an invalid value by the path of its option', () => {
    const wrong = { valve: 'ajar' }

    expect(errorOf(() => checkOptions('pump', wrong, pump)).message).toBe(
      "Expected `pump.valve` to be one of 'open', 'shut', got 'ajar'",
    )
    expect(errorOf(() => checkOptions('pump', wrong, pump, '')).option).toBe('valve')
    expect(errorOf(() => checkOptions('pump', { valve: null }, pump)).option).toBe('pump.valve')
  })

  it('names the option that was probably meant', () => {
    const error = errorOf(() => checkOptions('pump', { presure: 5 }, pump))

    expect(error.message).toBe("Unknown option 'presure' of `pump`. Did you mean 'pressure'?")
    expect(error).toMatchObject({
      name: 'InvalidOptionError',
      code: 'RUNWELL_INVALID_OPTION',
      option: 'pump.presure',
      expected: "'pressure'",
      received: 5,
    })
    expect(error.stack).toContain("Did you mean 'pressure'?")
  })

  it('lists the known options if none is close and there are at most eight', () => {
    const table = (count: number) =>
      Object.fromEntries([...'abcdefghi'.slice(0, count)].map((key) => [key.repeat(9), trueOrFalse]))
    const messageOf = (count: number): string =>
      errorOf(() => checkOptions('pump', { color: 1 }, table(count))).message

    expect(errorOf(() => checkOptions('pump', { color: 'red' }, pump)).message).toBe(
      "Unknown option 'color' of `pump`. Known options: pressure, valve, primed.",
    )
    expect(messageOf(8)).toContain('Known options: aaaaaaaaa, ')
    expect(messageOf(9)).toBe(
      "Unknown option 'color' of `pump`. The type declarations document the options of `pump`.",
    )
    expect(messageOf(0)).toBe("Unknown option 'color' of `pump`. It has no options.")
  })

  it.each(['toString', '__proto__', 'constructor'])(
    'does not know %s, which every object inherits',
    (key) => {
      const options: unknown = JSON.parse(`{"${key}": 1}`)

      expect(errorOf(() => checkOptions('pump', options, pump)).option).toBe(`pump.${key}`)
    },
  )
})

describe('withTask', () => {
  it('adds the name of the task to an error', () => {
    const wrong = errorOf(() => checkOptions('pump', { valve: 1 }, pump))
    const unknown = errorOf(() => checkOptions('pump', { valv: 1 }, pump))

    expect(withTask(wrong, 'well').message).toMatch(/, got 1 \(task 'well'\)$/)
    expect(withTask(unknown, 'well')).toMatchObject({
      message: "Unknown option 'valv' of `pump` (task 'well'). Did you mean 'valve'?",
      option: 'pump.valv',
      task: 'well',
    })
  })
})

describe('a refused value', () => {
  it.each([
    ['redis://shop:s3cret@db:6379'],
    [{ url: 'postgres://shop:s3cret@db/shop' }],
    [{ password: 's3cret', nested: [{ authToken: 's3cret' }] }],
    [{ headers: { authorization: 's3cret' } }],
  ])('shows no password: %#', (value) => {
    const errors = [
      errorOf(() => check('valve', value, trueOrFalse)),
      errorOf(() => checkOptions('pump', { valve: value }, pump)),
      errorOf(() => checkOptions('pump', { dsn: value }, pump)),
    ]
    for (const error of errors) expect(inspect(error, { depth: 10 })).not.toContain('s3cret')
  })

  it('that is a secret is only described', () => {
    const aSecret = takes<string>('a secret', () => false, { isSecret: true })
    const got = (value: unknown) => errorOf(() => check('token', value, aSecret)).message.split(', got ')[1]
    expect(got('s3cret ')).toBe('a text of 7 characters that ends with white space')
    expect(got({ key: 's3cret' })).toBe("an object with 'key'")
    expect(got(['s3cret'])).toBe('a list')
    expect(got(1234)).toBe('a number')
    expect(got(undefined)).toBe('undefined')
  })
})
