import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventCatalogue } from '../src/events/catalogue.ts'
import type { SupervisorEventType } from '../src/index.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

const declared = new Map(
  [
    ...['task', 'run', 'process']
      .map((subject) => read(`../src/events/${subject}-events.ts`))
      .join('')
      .matchAll(/^ {2}'(.+)': (\w+)(?: & \{(?: (.+) \}|\n([\s\S]*?)^ {2}\}))?$/gm),
  ].map(([, type = '', base = '', inline = '', body = '']) => {
    const fields = [...`    ${inline}\n${body}`.matchAll(/^ {4}readonly (\w+):/gm)].map((match) => match[1])
    return [type, { base, fields }]
  }),
)

const rows = new Map(
  [
    ...read('../../../docs/events.md').matchAll(
      /^\| `(\S+)` \| (\w?) ?\| (.+?) \| ?(.*?) ?\| .+? \| ?(.*?) ?\|$/gm,
    ),
  ].map(([, type = '', of, levels = '', counts = '', fields = '']) => [type, { of, levels, counts, fields }]),
)

const types = Object.keys(eventCatalogue) as SupervisorEventType[]

describe('docs/events.md', () => {
  it('has a row for each event that a supervisor emits, and for no other', () => {
    expect(new Set(declared.keys())).toEqual(new Set(types))
    expect(new Set(rows.keys())).toEqual(new Set(types))
  })

  it.each(types)('has every field of %s', (type) => {
    const { base, fields } = declared.get(type) ?? {}
    const row = rows.get(type)

    expect(row?.of).toBe(base === 'RunEventBase' ? 'R' : base === 'TaskEventBase' ? 'T' : '')
    expect(fields?.filter((field) => !row?.fields.includes(`\`${field}\``))).toEqual([])
  })

  it.each(types)('has the log level of %s and what it counts', (type) => {
    const { level, counts } = eventCatalogue[type]
    const row = rows.get(type)

    if (typeof level === 'string') expect(row?.levels).toBe(level)
    else expect(row?.levels.split(', ').length).toBeGreaterThan(1)
    expect(row?.counts).toBe(counts === undefined ? '' : `\`${counts.counter}\``)
  })
})
