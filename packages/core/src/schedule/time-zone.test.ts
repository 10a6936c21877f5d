import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { timeZoneOf } from './time-zone.ts'

function zoneOf(name: string) {
  return timeZoneOf('timeZone', name).zone
}

describe('a time zone', () => {
  test('returns the span around an instant: its offset, its end and the previous offset', () => {
    const berlin = zoneOf('Europe/Berlin')
    const spring = Date.UTC(2026, 2, 29, 1)
    const before = berlin.spanAt(spring - 1)
    const after = berlin.spanAt(spring)

    expect(before).toMatchObject({ to: spring, offsetMs: 3_600_000 })
    expect(after).toMatchObject({ from: spring, offsetMs: 7_200_000, previousMs: 3_600_000 })
  })

  test.each([
    ['Asia/Kathmandu', Date.UTC(2026, 0, 1), 20_700_000],
    ['America/St_Johns', Date.UTC(2026, 0, 1), -12_600_000],
    ['Africa/Monrovia', Date.UTC(1971, 0, 1), -2_670_000],
    ['UTC', Date.UTC(2026, 0, 1), 0],
  ])('%s: odd offsets are exact to the second', (name, at, offsetMs) => {
    expect(zoneOf(name).spanAt(at).offsetMs).toBe(offsetMs)
  })

  test('finds the shortest summer time ever: a week of October 2000 in Recife', () => {
    const recife = zoneOf('America/Recife')

    expect(recife.spanAt(970_973_999_999).offsetMs).toBe(-10_800_000)
    expect(recife.spanAt(970_974_000_000)).toMatchObject({ offsetMs: -7_200_000, to: 971_575_200_000 })
    expect(recife.spanAt(971_575_200_000).offsetMs).toBe(-10_800_000)
  })

  test('finds a change exactly where two of its searches meet', () => {
    const change = Date.UTC(1950, 3, 16) // here one search window ends and the next begins
    const jerusalem = zoneOf('Asia/Jerusalem')

    expect(jerusalem.spanAt(change - 1)).toMatchObject({ to: change, offsetMs: 7_200_000 })
    expect(jerusalem.spanAt(change)).toMatchObject({
      from: change,
      offsetMs: 10_800_000,
      previousMs: 7_200_000,
    })
  })

  test('reads a minus sign in either form', () => {
    const { prototype } = Intl.DateTimeFormat
    const original = Object.getOwnPropertyDescriptor(prototype, 'format') ?? {}
    Object.defineProperty(prototype, 'format', { ...original, get: () => () => '1/1/2026, GMT\u221204:30' })
    try {
      expect(zoneOf('America/Lima').spanAt(Date.UTC(2026, 0, 1)).offsetMs).toBe(-16_200_000)
    } finally {
      Object.defineProperty(prototype, 'format', original)
    }
  })

  test.each([
    ['America/Noronha', 970_970_400_000, 971_571_600_000],
    ['America/Boa_Vista', 970_977_600_000, 971_578_800_000],
    ['America/Argentina/Tucuman', 1_086_058_800_000, 1_087_099_200_000],
    ['America/Fortaleza', 970_974_000_000, 972_180_000_000],
  ])('finds the short summer time of %s', (name, from, to) => {
    expect(zoneOf(name).spanAt(from)).toMatchObject({ from, to })
  })

  test('has spans without gaps, each starting with the previous offset of the one before', () => {
    const zones = fc.constantFrom(
      'America/New_York',
      'Africa/Casablanca',
      'Australia/Lord_Howe',
      'Asia/Gaza',
      'UTC',
    )
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 })

    fc.assert(
      fc.property(zones, seconds, (name, second) => {
        const zone = zoneOf(name)
        const span = zone.spanAt(second * 1_000)
        const next = zone.spanAt(span.to)

        expect(span.from).toBeLessThanOrEqual(second * 1_000)
        expect(span.to).toBeGreaterThan(second * 1_000)
        expect(next.from).toBe(span.to)
        expect(next.previousMs).toBe(span.offsetMs)
      }),
    )
  })

  test('agrees with the calendar of every supported zone', () => {
    const names = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
    const seconds = fc.integer({ min: 0, max: 2_500_000_000 })

    fc.assert(
      fc.property(names, seconds, (timeZone, second) => {
        const at = second * 1_000
        const local = new Date(at + zoneOf(timeZone).spanAt(at).offsetMs)
        const shown = new Intl.DateTimeFormat('sv-SE', {
          timeZone,
          dateStyle: 'short',
          timeStyle: 'medium',
        }).format(at)

        expect(shown).toBe(local.toISOString().slice(0, 19).replace('T', ' '))
      }),
      { numRuns: 300 },
    )
  })
})

describe('timeZoneOf', () => {
  test('returns one zone per name', () => {
    expect(zoneOf('Europe/Berlin')).toBe(zoneOf('Europe/Berlin'))
  })

  test('returns the zone of the process without a name', () => {
    expect(timeZoneOf('timeZone', undefined).name).toBe(
      new Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC',
    )
  })

  test('treats an empty TZ as UTC, like Node', () => {
    const { TZ } = process.env
    process.env['TZ'] = ''
    try {
      expect(timeZoneOf('timeZone', undefined).name).toBe('UTC')
    } finally {
      if (TZ === undefined) delete process.env['TZ']
      else process.env['TZ'] = TZ
    }
  })

  test.each([
    ['Asia/Tokyo', 'Asia/Tokyo'],
    ['Etc/Unknown', 'UTC'],
    [undefined, 'UTC'],
  ])('a process that runs in %s runs tasks in %s', (timeZone, expected) => {
    const { prototype } = Intl.DateTimeFormat
    const original = prototype.resolvedOptions
    prototype.resolvedOptions = function () {
      return { ...original.call(this), timeZone } as Intl.ResolvedDateTimeFormatOptions
    }
    try {
      expect(timeZoneOf('timeZone', undefined).name).toBe(expected)
    } finally {
      prototype.resolvedOptions = original
    }
  })

  test('explains what is expected', () => {
    expect(() => timeZoneOf('cron.timeZone', 'Europe/Bln')).toThrow(
      "Expected `cron.timeZone` to be a time zone such as 'Europe/Berlin' or 'UTC', got 'Europe/Bln'",
    )
  })

  test.each([['Europe/Bln'], [''], [7], [null]])('rejects %o by name', (name) => {
    const call = () => timeZoneOf('cron.timeZone', name)

    expect(call).toThrow(InvalidOptionError)
    expect(call).toThrow(expect.objectContaining({ option: 'cron.timeZone', received: name }))
  })

  test.each([
    ['+02:00', ", or for this fixed offset 'Etc/GMT-2'"],
    ['-05:00', ", or for this fixed offset 'Etc/GMT+5'"],
    ['+0200', ", or for this fixed offset 'Etc/GMT-2'"],
    ['+14', ", or for this fixed offset 'Etc/GMT-14'"],
    ['+00:00', ", or for this fixed offset 'Etc/GMT'"],
    ['-13:00', ''],
    ['+05:30', ''],
    ['+2', ''],
    ['\u221202:00', ''],
  ])('refuses the offset %s, which only some versions of Node accept', (offset, cure) => {
    expect(() => timeZoneOf('cron.timeZone', offset)).toThrow(
      `Expected \`cron.timeZone\` to be the name of a time zone such as 'Europe/Berlin'${cure}, got '${offset}'`,
    )
  })

  test.each([
    ['Etc/GMT-2', 7_200_000],
    ['Etc/GMT+5', -18_000_000],
  ])('%s is the fixed offset that it stands for', (name, offsetMs) => {
    expect(zoneOf(name).spanAt(Date.UTC(2026, 6, 1)).offsetMs).toBe(offsetMs)
  })
})
