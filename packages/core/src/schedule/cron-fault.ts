import { nearMiss } from '../base/near-miss.ts'

interface CronField {
  readonly name: string
  readonly min: number
  readonly max: number
  /** What the field accepts besides `*`. */
  readonly accepts: string
  /** The first name stands for `min`. */
  readonly names?: readonly string[]
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const

const second: CronField = { name: 'second', min: 0, max: 59, accepts: '0-59' }
const weekday: CronField = {
  name: 'weekday',
  min: 0,
  max: 7,
  accepts: '0-7 (0 and 7 are Sunday), SUN-SAT, the second Friday as FRI#2 or the last as FRIL',
  names: weekdays,
}
const dayOfMonth: CronField = {
  name: 'day of the month',
  min: 1,
  max: 31,
  accepts:
    '1-31, L for the last day, LW for the last working day or 15W for the working day nearest to the 15th',
}
const fields: readonly CronField[] = [
  { ...second, name: 'minute' },
  { name: 'hour', min: 0, max: 23, accepts: '0-23' },
  dayOfMonth,
  { name: 'month', min: 1, max: 12, accepts: '1-12 or JAN-DEC', names: months },
  weekday,
]

const nicknames = ['@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually'] as const

/** Returns a text with the first fault and its correction. Returns `undefined` if no fault is found. */
export function cronFault(expression: string): string | undefined {
  const text = expression.trim()
  if (text === '') return 'It is empty. For each minute use * * * * *.'
  if (text.startsWith('@')) return nicknameFault(text)
  const zone = /^(?:CRON_)?TZ=(\S+)/i.exec(text)?.[1]
  if (zone !== undefined) return `A time zone is not part of it. Use the option timeZone: '${zone}'.`
  const other = otherKind(text)
  if (other !== undefined) return other
  const parts = text.split(/\s+/)
  const added = additionFault(parts)
  if (added !== undefined) return added
  if (parts.length === 7) return 'It has 7 fields, and a year is not supported. Use five or six fields.'
  if (parts.length !== 5 && parts.length !== 6) {
    const number = parts.length === 1 ? '1 field' : `${parts.length} fields`
    return `It has ${number}. Use minute, hour, day of the month, month and weekday, with the seconds in front if there are six.`
  }
  const of = parts.length === 6 ? [second, ...fields] : fields
  for (const [index, field] of of.entries()) {
    const fault = fieldFault(field, parts[index] ?? '')
    if (fault !== undefined) return fault
  }
  return undefined
}

function otherKind(text: string): string | undefined {
  const [, count = '1', unit] =
    /^(?:every\s+)?(\d+)?\s*(ms|[smhd]|second|minute|hour|day)[a-z]*$/i.exec(text) ?? []
  if (unit !== undefined)
    return `It is a period. Use every('${count}${unit === 'ms' ? unit : unit.charAt(0).toLowerCase()}').`
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)(?::00)?$/.exec(text) ?? []
  return hour === undefined ? undefined : `It is a time of day. Use ${Number(minute)} ${Number(hour)} * * *.`
}

function additionFault(parts: readonly string[]): string | undefined {
  const comment = parts.findIndex((part) => /^#(?!\d)/.test(part))
  if (comment > 4) return `A comment is not part of it. Remove '${parts.slice(comment).join(' ')}'.`
  const [, , , , , sixth = '', ...more] = parts
  const last = more.length < 2 ? (more[0] ?? sixth) : ''
  if (/^[a-z_]{3,}(?:\/[a-z_+\-\d]{2,})+$/i.test(last) && !isName(last))
    return `A time zone is not part of it. Use the option timeZone: '${last}'.`
  const isProgram = /^\.{0,2}\/[a-z]|^[\w-]+\.[a-z]{2,3}$/i.test(sixth)
  if (isProgram || (more.length > 0 && /^[a-z][\w.-]{2,}$/i.test(sixth) && !isName(sixth)))
    return `A command is not part of it. Remove '${parts.slice(5).join(' ')}' and give the task a function.`
  return undefined
}

function isName(text: string): boolean {
  return weekdays.some((name) => text.toUpperCase().startsWith(name))
}

function nicknameFault(text: string): string {
  const [word = text, argument] = text.split(/\s+/)
  if (word.toLowerCase() === '@reboot')
    return '@reboot is no time. For one run at the start use schedules.once({ after: 0 }).'
  if (word.toLowerCase() === '@every')
    return `@every is no time of the calendar. Use every('${/^\d+(?:ms|[smhd])$/.test(argument ?? '') ? argument : '5m'}').`
  const meant = nearMiss(word, nicknames)
  const known = meant === undefined ? `Use one of ${nicknames.join(', ')}` : `Did you mean '${meant}'?`
  return `The nickname '${text}' is unknown. ${known}${meant === undefined ? '.' : ''}`
}

function fieldFault(field: CronField, text: string): string | undefined {
  const foreign = foreignFault(field, text)
  if (foreign !== undefined) return foreign
  const plus = plusFault(field, text)
  if (plus !== undefined) return plus
  // The plus is not part of the list. It means that a day must match the weekday and also the day of the month.
  const list = field === weekday && text.startsWith('+') ? text.slice(1) : text
  if (/^,+$/.test(list)) return `The list '${text}' of the ${field.name} has no values. Use for example *.`
  for (const item of list.split(',')) {
    const fault = itemFault(field, item, text)
    if (fault !== undefined) return fault
  }
  if (field === dayOfMonth && text.includes(',') && /LW/i.test(text))
    return `LW of the ${field.name} cannot be part of a list. Use LW alone, and a second task for the other days.`
  return undefined
}

/** Finds characters that a cron expression must not have, such as a typographic dash or an invisible character. */
function foreignFault(field: CronField, text: string): string | undefined {
  const found = /[^\x21-\x7e]/u.exec(text)?.[0]
  if (found === undefined) return undefined
  const code = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Pd}|\u2212/gu, '-')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
  const cure =
    /^[\x21-\x7e]+$/.test(plain) && isValid(field, plain)
      ? `Use ${plain}.`
      : `Use ${field.accepts}, in plain characters.`
  return `The ${field.name} '${text}' contains the character ${code}, which no cron expression has. ${cure}`
}

function plusFault(field: CronField, text: string): string | undefined {
  if (!text.includes('+') || (field === weekday && /^\+[^+]+$/.test(text))) return undefined
  const rest = text.replaceAll('+', '')
  if (field !== weekday)
    return `+ stands only before the weekday, and not in the ${field.name}. Use ${isValid(field, rest) ? rest : field.accepts}.`
  if (rest === '') return `'${text}' of the weekday has no weekday after +. Use for example +FRI.`
  return `+ stands once, before all weekdays. Use +${isValid(field, rest) ? rest : 'FRI'}.`
}

function isValid(field: CronField, text: string): boolean {
  return fieldFault(field, text) === undefined
}

/** @param of - the text of the whole field, for the error message */
function itemFault(field: CronField, item: string, of: string): string | undefined {
  const { name } = field
  if (item === '') return `The list '${of}' of the ${name} has an empty value. Remove the extra comma.`
  const [range = '', step, ...more] = item.split('/')
  if (more.length > 0) return `'${item}' of the ${name} has more than one step. Use for example */5.`
  if (step !== undefined) return stepFault(field, item, range, step)
  return rangeFault(field, range)
}

function stepFault(field: CronField, item: string, range: string, step: string): string | undefined {
  const { name, min, max } = field
  const size = field === weekday ? 7 : max - min + 1
  if (step === '') return `'${item}' of the ${name} has no step after /. Use for example */5.`
  if (!/^\d+$/.test(step)) return `The step '${step}' of the ${name} is no whole number. Use for example */5.`
  if (Number(step) === 0)
    return `The step of the ${name} is 0. Use a step from 1 to ${size}, for example */5.`
  if (Number(step) > size)
    return `The step ${step} of the ${name} is longer than its ${size} values. Use a step from 1 to ${size}.`
  if (range === '') return `'${item}' of the ${name} has a step without a range. Use */${step}.`
  if (range === '*' || range === '?') return undefined
  const fault = rangeFault(field, range)
  if (fault !== undefined || range.includes('-')) return fault
  const value = numberOf(field, range)
  if (value === undefined) return `'${item}' of the ${name} is no range. Leave out the step.`
  const from = field === weekday && value === 7 ? '0' : range // only 0 can begin a range, although 7 is Sunday, too
  return `'${item}' of the ${name} has a step without a range. Use ${from}-${lastOf(field, range)}/${step}.`
}

function lastOf(field: CronField, like: string): string {
  return /^\d+$/.test(like)
    ? String(field === weekday ? 6 : field.max)
    : (field.names?.at(-1) ?? String(field.max))
}

function firstOf(field: CronField, like: string): string {
  return /^\d+$/.test(like) ? String(field.min) : (field.names?.[0] ?? String(field.min))
}

function rangeFault(field: CronField, range: string): string | undefined {
  if (range === '*' || range === '?') return undefined
  const { name } = field
  const ends = range.split('-')
  const [from = '', to] = ends
  if (to === undefined) return valueFault(field, from)
  if (/^L-\d+$/i.test(range) && field === dayOfMonth)
    return `'${range}' of the ${name} is not supported. Use L for the last day, or a day such as 28.`
  if (ends.length > 2 || from === '' || to === '')
    return `'${range}' of the ${name} is no range. Use two values such as ${firstOf(field, '0')}-${lastOf(field, '0')}.`
  if (field === dayOfMonth && /W$/i.test(range))
    return `'${range}' of the ${name} is no range. W follows a single day, as in 15W.`
  if (isStar(from) || isStar(to)) return starFault(field, range, from, to)
  const fault = valueFault(field, from) ?? valueFault(field, to)
  if (fault !== undefined) return fault
  const first = numberOf(field, from)
  const last = numberOf(field, to)
  if (first === undefined || last === undefined) return unknown(field, range)
  if (first <= last) return undefined
  const cure =
    first === 7 && field === weekday
      ? `0-${to}`
      : [
          first === numberOf(field, lastOf(field, from)) ? from : `${from}-${lastOf(field, from)}`,
          tail(field, to),
        ].join(',')
  return `The range ${range} of the ${name} runs backwards. Use ${cure}.`
}

function isStar(text: string): boolean {
  return /^[*?]+$/.test(text)
}

function starFault(field: CronField, range: string, from: string, to: string): string {
  const end = isStar(from) ? to : from
  const cure = isStar(from) ? `${firstOf(field, to)}-${to}` : `${from}-${lastOf(field, from)}`
  const meant = isStar(end)
    ? '*'
    : isValid(field, cure)
      ? cure
      : `${firstOf(field, '0')}-${lastOf(field, '0')}`
  return `'${range}' of the ${field.name} is no range, since * and ? mean all values. Use ${meant}.`
}

function tail(field: CronField, to: string): string {
  const first = firstOf(field, to)
  return numberOf(field, to) === field.min ? to : `${first}-${to}`
}

function numberOf({ names, min }: CronField, text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text)
  const index = names?.indexOf(text.toUpperCase()) ?? -1
  return index < 0 ? undefined : index + min
}

function valueFault(field: CronField, text: string): string | undefined {
  const { name, min, max, accepts } = field
  const value = numberOf(field, text)
  if (value !== undefined) {
    return value >= min && value <= max ? undefined : `${name} ${text} is out of range. Use ${accepts}.`
  }
  if (field === dayOfMonth) return dayFault(text)
  if (field === weekday) return weekdayFault(text)
  return unknown(field, text)
}

function dayFault(text: string): string | undefined {
  if (/^LW?$/i.test(text)) return undefined
  if (/^WL$/i.test(text)) return `'${text}' is no day of the month. Use LW for the last working day.`
  if (/^W$/i.test(text))
    return `W of the ${dayOfMonth.name} has no day. Use for example 15W, or LW for the last working day.`
  const near = /^(\d+)W$/i.exec(text)?.[1]
  return near === undefined ? unknown(dayOfMonth, text) : valueFault(dayOfMonth, near)
}

function weekdayFault(text: string): string | undefined {
  if (/^L$/i.test(text)) return 'L of the weekday has no weekday. Use for example FRIL for the last Friday.'
  const [day = '', nth, ...more] = text.split('#')
  if (nth === undefined) {
    const last = /^(.+)L$/i.exec(text)?.[1]
    return last !== undefined && numberOf(weekday, last) !== undefined
      ? valueFault(weekday, last)
      : unknown(weekday, text)
  }
  if (day === '') return `'${text}' of the weekday has no weekday before #. Use for example FRI#2.`
  if (more.length > 0 || !/^(?:[1-5]|L)$/i.test(nth))
    return `'${text}' of the weekday counts weekdays of the month, of which there are 1 to 5. Use for example FRI#2, or FRIL for the last.`
  return valueFault(weekday, day)
}

function unknown(field: CronField, text: string): string {
  const { name, accepts, names } = field
  if (/^-?H$/i.test(text) || text.includes('~'))
    return `'${text}' asks for a random ${name}, which is not supported. Use a fixed value and the option jitter.`
  if (isStar(text)) return `'${text}' is no ${name}. Use *.`
  const step = text.replace(/^[*?](?=\d)/, '*/')
  if (step !== text && isValid(field, step)) return `'${text}' is no ${name}. Use for example ${step}.`
  if (/^L$/i.test(text))
    return `L stands only for the last day of the month or, as FRIL, a last weekday, and not for a ${name}. Use ${accepts}.`
  const short = names?.find((word) => text.toUpperCase().startsWith(word))
  if (short !== undefined && /^[a-z]+$/i.test(text))
    return `${name} '${text}' is no name. Names have three letters. Use ${short}.`
  return `'${text}' is no ${name}. Use ${accepts}.`
}
