import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { cron } from './cron.ts'

/** What the error says after the expression; `undefined` if there is none. */
function faultOf(expression: string): string | undefined {
  try {
    cron(expression, { timeZone: 'UTC' })
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionError)
    const { message } = error as InvalidOptionError
    const start = 'Expected `cron.expression` to be a cron expression of five or six fields ('
    const end = `), got '${expression}'`
    expect(message.startsWith(start) && message.endsWith(end)).toBe(true)
    return message.slice(start.length, -end.length)
  }
}

const ofDay =
  '1-31, L for the last day, LW for the last working day or 15W for the working day nearest to the 15th'
const ofWeekday = '0-7 (0 and 7 are Sunday), SUN-SAT, the second Friday as FRI#2 or the last as FRIL'

describe('the error of a cron expression names the field, the value and the cure', () => {
  test.each([
    ['0 0 1 13 *', 'month 13 is out of range. Use 1-12 or JAN-DEC.'],
    ['0 0 1 0 *', 'month 0 is out of range. Use 1-12 or JAN-DEC.'],
    ['0 0 1 12-14 *', 'month 14 is out of range. Use 1-12 or JAN-DEC.'],
    ['0 0 0 * *', `day of the month 0 is out of range. Use ${ofDay}.`],
    ['0 0 32 * *', `day of the month 32 is out of range. Use ${ofDay}.`],
    ['0 0 32W * *', `day of the month 32 is out of range. Use ${ofDay}.`],
    ['60 * * * *', 'minute 60 is out of range. Use 0-59.'],
    ['60 * * * * *', 'second 60 is out of range. Use 0-59.'],
    ['0 60 * * * *', 'minute 60 is out of range. Use 0-59.'],
    ['0 24 * * *', 'hour 24 is out of range. Use 0-23.'],
    ['0 0 * * 8', `weekday 8 is out of range. Use ${ofWeekday}.`],
    ['0 0 * * 8#2', `weekday 8 is out of range. Use ${ofWeekday}.`],
    ['0 0 * * MONDAY', "weekday 'MONDAY' is no name. Names have three letters. Use MON."],
    ['0 0 1 january *', "month 'january' is no name. Names have three letters. Use JAN."],
    ['0 0 * * XYZ', `'XYZ' is no weekday. Use ${ofWeekday}.`],
    ['a * * * *', "'a' is no minute. Use 0-59."],
    ['1.5 * * * *', "'1.5' is no minute. Use 0-59."],
    ['-1 * * * *', "'-1' of the minute is no range. Use two values such as 0-59."],
    ['0 22-6 * * *', 'The range 22-6 of the hour runs backwards. Use 22-23,0-6.'],
    ['0 23-2 * * *', 'The range 23-2 of the hour runs backwards. Use 23,0-2.'],
    ['0 0 * * FRI-MON', 'The range FRI-MON of the weekday runs backwards. Use FRI-SAT,SUN-MON.'],
    ['0 0 * * 7-1', 'The range 7-1 of the weekday runs backwards. Use 0-1.'],
    ['0 0 1 DEC-JAN *', 'The range DEC-JAN of the month runs backwards. Use DEC,JAN.'],
    ['5/15 * * * *', "'5/15' of the minute has a step without a range. Use 5-59/15."],
    ['/5 * * * *', "'/5' of the minute has a step without a range. Use */5."],
    ['0 0 * * 7/2', "'7/2' of the weekday has a step without a range. Use 0-6/2."],
    ['*/0 * * * *', 'The step of the minute is 0. Use a step from 1 to 60, for example */5.'],
    ['*/90 * * * *', 'The step 90 of the minute is longer than its 60 values. Use a step from 1 to 60.'],
    ['*/x * * * *', "The step 'x' of the minute is no whole number. Use for example */5."],
    ['0 0 1,,2 * *', "The list '1,,2' of the day of the month has an empty value. Remove the extra comma."],
    [
      '0 0 L-3 * *',
      "'L-3' of the day of the month is not supported. Use L for the last day, or a day such as 28.",
    ],
    [
      '0 0 W * *',
      'W of the day of the month has no day. Use for example 15W, or LW for the last working day.',
    ],
    [
      '0 0 1,LW * *',
      'LW of the day of the month cannot be part of a list. Use LW alone, and a second task for the other days.',
    ],
    ['0 0 WL * *', "'WL' is no day of the month. Use LW for the last working day."],
    ['0 0 1-15W * *', "'1-15W' of the day of the month is no range. W follows a single day, as in 15W."],
    ['0 0 * * L', 'L of the weekday has no weekday. Use for example FRIL for the last Friday.'],
    [
      '0 0 * * FRI#6',
      "'FRI#6' of the weekday counts weekdays of the month, of which there are 1 to 5. Use for example FRI#2, or FRIL for the last.",
    ],
    ['0 0 * * #2', "'#2' of the weekday has no weekday before #. Use for example FRI#2."],
    [
      'L * * * *',
      'L stands only for the last day of the month or, as FRIL, a last weekday, and not for a minute. Use 0-59.',
    ],
    [
      'H * * * *',
      "'H' asks for a random minute, which is not supported. Use a fixed value and the option jitter.",
    ],
    ['', 'It is empty. For each minute use * * * * *.'],
    [
      '0 3 * *',
      'It has 4 fields. Use minute, hour, day of the month, month and weekday, with the seconds in front if there are six.',
    ],
    ['0 0 3 * * * 2027', 'It has 7 fields, and a year is not supported. Use five or six fields.'],
    ['@dayly', "The nickname '@dayly' is unknown. Did you mean '@daily'?"],
    ['@reboot', '@reboot is no time. For one run at the start use schedules.once({ after: 0 }).'],
    ['@every 5m', "@every is no time of the calendar. Use every('5m')."],
    ['@every 1h30m', "@every is no time of the calendar. Use every('5m')."],
    [
      'TZ=Europe/Berlin 0 3 * * *',
      "A time zone is not part of it. Use the option timeZone: 'Europe/Berlin'.",
    ],
    ['CRON_TZ=UTC 0 3 * * *', "A time zone is not part of it. Use the option timeZone: 'UTC'."],
  ])('%s', (expression, fault) => {
    expect(faultOf(expression)).toBe(fault)
  })
})

const token = fc.constantFrom(
  ...[
    '0',
    '1',
    '5',
    '7',
    '12',
    '13',
    '31',
    '32',
    '59',
    '60',
    '-1',
    '*',
    '?',
    'L',
    'W',
    'LW',
    '15W',
    '5L',
    'FRI',
    'fri#2',
    '3#9',
  ],
  ...[
    'JAN',
    'MONDAY',
    'H',
    '#',
    'x',
    '1-5',
    '5-1',
    '1-',
    '*/5',
    '*/0',
    '5/5',
    '1-5/2',
    '+1',
    '',
    '1-5-9',
    '~',
    'SAT-MON',
    '6L',
    '#L',
  ],
)
const field = fc.array(token, { minLength: 1, maxLength: 2 }).map((tokens) => tokens.join(','))

test('whatever is wrong, the error is in our words and has a cure', () => {
  fc.assert(
    fc.property(fc.array(field, { minLength: 5, maxLength: 6 }), (fields) => {
      const expression = fields.join(' ').trim().replace(/\s+/g, ' ')
      let fault: string | undefined
      try {
        cron(expression, { timeZone: 'UTC' })
      } catch (error) {
        if (!(error instanceof InvalidOptionError)) throw error
        if (error.message.includes('within 50 years')) return
        fault = error.message.slice(error.message.indexOf(' (') + 2)
      }
      if (fault === undefined) return
      expect(fault).toMatch(/(?:Use|Remove|Leave out|Did you mean|W follows)/)
      expect(fault).not.toMatch(/CronPattern|entry|NaN|undefined|Use for example 0 3/)
    }),
    { numRuns: 2_000 },
  )
})

test('a range or step that an error proposes is valid', () => {
  const words = { FRI: 'weekday', JAN: 'month', SUN: 'weekday', DEC: 'month' }
  const place = ['second', 'minute', 'hour', 'day of the month', 'month', 'weekday']
  const value = fc.oneof(fc.integer({ min: 0, max: 60 }).map(String), fc.constantFrom(...Object.keys(words)))
  const item = fc.oneof(
    fc.tuple(value, value).map(([from, to]) => `${from}-${to}`),
    fc.tuple(value, fc.integer({ min: 1, max: 6 })).map(([from, step]) => `${from}/${step}`),
  )
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), item, (index, text) => {
      const fields = ['*', '*', '*', '*', '*', '*']
      fields[index] = text
      const cure = /(?:backwards|without a range)\. Use (.+)\.$/.exec(faultOf(fields.join(' ')) ?? '')?.[1]
      if (cure === undefined) return
      fields[index] = cure
      expect(faultOf(fields.join(' ')), `${place[index]} ${text} → ${cure}`).toBeUndefined()
    }),
    { numRuns: 1_000 },
  )
})
