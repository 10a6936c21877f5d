import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const sources = read('../src/events/events.ts') + read('../src/events/run-events.ts')

/** The events in the sources: type, base interface and own fields. */
const declared = [...sources.matchAll(/^export interface \w+ extends (\w+) \{\n([\s\S]*?)^\}/gm)].flatMap(
  ([, base, body = '']) => {
    const type = /^ {2}readonly type: '(.+)'$/m.exec(body)?.[1]
    const fields = [...body.matchAll(/^ {2}readonly (\w+):/gm)].map((match) => match[1])
    return type === undefined ? [] : [{ type, base, fields: fields.filter((field) => field !== 'type') }]
  },
)

/** The rows of the tables: type → scope and fields. */
const rows = new Map(
  [...read('../../../docs/events.md').matchAll(/^\| `(\S+)` \| (\w?) ?\| .+? \| ?(.*) ?\|$/gm)].map(
    ([, type = '', of, fields = '']) => [type, { of, fields }],
  ),
)

describe('docs/events.md', () => {
  it('has a row for each event of the supervisor and no other', () => {
    const union = sources.slice(sources.indexOf('export type SupervisorEvent =')).split('\n\n')[0] ?? ''

    expect(declared).toHaveLength(union.match(/^ {2}\| /gm)?.length ?? 0)
    expect(new Set(rows.keys())).toEqual(new Set(declared.map(({ type }) => type)))
  })

  it.each(declared)('documents every field of $type', ({ type, base, fields }) => {
    const row = rows.get(type)

    expect(row?.of).toBe(base === 'RunEventBase' ? 'R' : base === 'TaskEventBase' ? 'T' : '')
    expect(fields.filter((field) => !row?.fields.includes(`\`${field}\``))).toEqual([])
  })
})
