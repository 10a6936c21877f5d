import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { cron } from './cron.ts'

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
    ['*-5 * * * *', "'*-5' of the minute is no range, since * and ? mean all values. Use 0-5."],
    ['0 5-* * * *', "'5-*' of the hour is no range, since * and ? mean all values. Use 5-23."],
    ['0 0 ?-? * *', "'?-?' of the day of the month is no range, since * and ? mean all values. Use *."],
    ['0 0 * *-99 *', "'*-99' of the month is no range, since * and ? mean all values. Use 1-12."],
    ['0 0 * * *-FRI', "'*-FRI' of the weekday is no range, since * and ? mean all values. Use SUN-FRI."],
    ['5- * * * *', "'5-' of the minute is no range. Use two values such as 0-59."],
    ['0 1-2-3 * * *', "'1-2-3' of the hour is no range. Use two values such as 0-23."],
    ['0 0 L- * *', "'L-' of the day of the month is no range. Use two values such as 1-31."],
    ['0 0 * * +', "'+' of the weekday has no weekday after +. Use for example +FRI."],
    ['0 0 * * ++FRI', '+ stands once, before all weekdays. Use +FRI.'],
    ['0 0 * * +1,+5', '+ stands once, before all weekdays. Use +1,5.'],
    ['+5 * * * *', '+ stands only before the weekday, and not in the minute. Use 5.'],
    ['0 + * * *', '+ stands only before the weekday, and not in the hour. Use 0-23.'],
    ['0 0 +FRI * *', `+ stands only before the weekday, and not in the day of the month. Use ${ofDay}.`],
    ['*/ * * * *', "'*/' of the minute has no step after /. Use for example */5."],
    ['0 1-5/ * * *', "'1-5/' of the hour has no step after /. Use for example */5."],
    ['*/5/2 * * * *', "'*/5/2' of the minute has more than one step. Use for example */5."],
    ['1/0 * * * *', 'The step of the minute is 0. Use a step from 1 to 60, for example */5.'],
    [', * * * *', "The list ',' of the minute has no values. Use for example *."],
    ['*15 * * * *', "'*15' is no minute. Use for example */15."],
    ['*99 * * * *', "'*99' is no minute. Use 0-59."],
    ['0 ** * * *', "'**' is no hour. Use *."],
    ['0 0 # * *', `'#' is no day of the month. Use ${ofDay}.`],
    [
      '\uff11 * * * *',
      "The minute '\uff11' contains the character U+FF11, which no cron expression has. Use 1.",
    ],
    [
      '0 9\u201317 * * *',
      "The hour '9\u201317' contains the character U+2013, which no cron expression has. Use 9-17.",
    ],
    [
      '0 0 * * *\u200b',
      "The weekday '*\u200b' contains the character U+200B, which no cron expression has. Use *.",
    ],
    [
      '\u0663 * * * *',
      "The minute '\u0663' contains the character U+0663, which no cron expression has. Use 0-59, in plain characters.",
    ],
    ['0 3 * * * # nightly', "A comment is not part of it. Remove '# nightly'."],
    ['0 3 * * * Europe/Berlin', "A time zone is not part of it. Use the option timeZone: 'Europe/Berlin'."],
    [
      '0 3 * * * /usr/bin/backup --all',
      "A command is not part of it. Remove '/usr/bin/backup --all' and give the task a function.",
    ],
    [
      '0 3 * * * node backup.js',
      "A command is not part of it. Remove 'node backup.js' and give the task a function.",
    ],
    ['5m', "It is a period. Use every('5m')."],
    ['every 5 minutes', "It is a period. Use every('5m')."],
    ['every day', "It is a period. Use every('1d')."],
    ['250ms', "It is a period. Use every('250ms')."],
    ['03:05', 'It is a time of day. Use 5 3 * * *.'],
    [
      '25:00',
      'It has 1 field. Use minute, hour, day of the month, month and weekday, with the seconds in front if there are six.',
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
    '*-5',
    '5-*',
    '*/',
    '/',
    '+',
    '1/2/3',
    '*5',
    '**',
    '1\u20135',
    '\uff11',
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

test('tabs, line breaks and spaces around and between the fields do not matter', () => {
  expect(cron('\t0  3\n*\t* *\r\n', { timeZone: 'UTC' }).info).toEqual(
    cron('0 3 * * *', { timeZone: 'UTC' }).info,
  )
})

describe('an expression that never matches', () => {
  test.each([
    ['0 2 30 2 *', 'Day 30 does not exist in month 2. For the last day of each month use L.'],
    [
      '0 0 31 4,6,9,11 *',
      'Day 31 does not exist in months 4, 6, 9 and 11. For the last day of each month use L.',
    ],
    ['0 0 31 feb +MON', 'Day 31 does not exist in month 2. For the last day of each month use L.'],
    ['0 0 30W 2 *', 'Day 30 does not exist in month 2. For the last day of each month use L.'],
    [
      '0 0 1 2 +MON#5',
      'No day matches its day of the month, its month and its weekday together. Without + either day field may match.',
    ],
    [
      '0 0 */31 2 FRI#5',
      'No day matches its day of the month, its month and its weekday together. Use fewer of them.',
    ],
  ])('%s is told why', (expression, why) => {
    expect(() => cron(expression, { timeZone: 'UTC' })).toThrow(
      `Expected \`cron.expression\` to be one that matches a date within 50 years (${why}), got '${expression}'`,
    )
  })
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
