import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { candidates, scenarios } from './matrix.ts'
import type { Results } from './table.ts'
import { withTable } from './table.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const page = read('../../docs/comparison.md')
const committed: Results = JSON.parse(read('results.json'))

describe('the failure matrix', () => {
  it('is in docs/comparison.md exactly as generated from the committed results', () => {
    expect(withTable(page, committed)).toBe(page)
  })

  it('is refused if the results lack a scenario', () => {
    const { hangs: _, ...others } = committed.observations
    expect(() => withTable(page, { ...committed, observations: others })).toThrow(
      'The results have no hangs with raw',
    )
  })

  it('is refused if the results lack a candidate', () => {
    const { croner: _, ...others } = committed.observations['blocked'] ?? {}
    const observations = { ...committed.observations, blocked: others }
    expect(() => withTable(page, { ...committed, observations })).toThrow(
      'The results have no blocked with croner',
    )
  })

  it('is refused if the results lack a version', () => {
    const { cron: _, ...versions } = committed.versions
    expect(() => withTable(page, { ...committed, versions })).toThrow('no version of cron')
  })

  it('is refused if the page has no markers', () => {
    expect(() => withTable('# Comparison\n', committed)).toThrow('no markers')
  })

  it('has twelve scenarios and seven candidates with unique names', () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(12)
    expect(new Set(candidates.map(({ id }) => id)).size).toBe(7)
  })
})

describe('a cell', () => {
  const cell = (id: string, facts: unknown, exitCode = 0, lines = 0): string | undefined =>
    scenarios.find((scenario) => scenario.id === id)?.cell({ exitCode, lines, facts, offered: true })

  it('distinguishes a crash from a failure that nothing reports', () => {
    expect(cell('rejects', null, 1, 9)).toBe('the process exits with code 1')
    expect(cell('rejects', { runs: 2 })).toBe('continues, logs nothing')
    expect(cell('rejects', { runs: 2 }, 0, 4)).toBe('continues, logs it')
  })

  it('distinguishes a task that never runs again from one that continues', () => {
    expect(cell('handled', { runs: 1, handled: 1 })).toBe('never runs again, the handler is called')
    expect(cell('handled', { runs: 2, handled: 0 }, 0, 1)).toBe('continues, logs it')
  })

  it('says what happened to the slots during a block', () => {
    expect(cell('blocked', { burst: 4, continues: true, missed: null })).toBe(
      'a burst of 4 runs, logs nothing',
    )
    expect(cell('blocked', { burst: 1, continues: true, missed: 2 })).toBe(
      '1 run for the 3 slots, reports 2 missed',
    )
    expect(cell('blocked', { burst: 0, continues: false, missed: null }, 0, 1)).toBe(
      'no run, logs 1 line, does not run again',
    )
  })

  it('says whether a stop returned, and whether it reported the run', () => {
    expect(cell('stopping-hung', { tookMs: null, named: false })).toBe('has not returned after 4 s')
    expect(cell('stopping-hung', { tookMs: 2_004, named: true })).toBe('returns after 2.0 s, names the run')
    expect(cell('stopping-hung', { tookMs: 1, named: false })).toBe(
      'returns immediately, does not report the run',
    )
  })
})
