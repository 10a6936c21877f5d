import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { candidates, scenarios } from './matrix.ts'
import type { Results } from './table.ts'
import { withTable } from './table.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const page = read('../../docs/comparison.md')
const committed: Results = JSON.parse(read('results.json'))

describe('the failure matrix', () => {
  it('is shown in docs/comparison.md as the committed results say, and in no other words', () => {
    expect(withTable(page, committed)).toBe(page)
  })

  it('is no table when a scenario was not played', () => {
    const { hangs: _, ...others } = committed.seen
    expect(() => withTable(page, { ...committed, seen: others })).toThrow('The results lack hangs with raw')
  })

  it('is no table when a candidate was left out', () => {
    const { croner: _, ...others } = committed.seen['blocked'] ?? {}
    const seen = { ...committed.seen, blocked: others }
    expect(() => withTable(page, { ...committed, seen })).toThrow('The results lack blocked with croner')
  })

  it('is no table when nobody knows which version was tried', () => {
    const { cron: _, ...versions } = committed.versions
    expect(() => withTable(page, { ...committed, versions })).toThrow('which version of cron was tried')
  })

  it('does not hide that a page has lost its markers', () => {
    expect(() => withTable('# Comparison\n', committed)).toThrow('lacks the markers')
  })

  it('holds twelve scenarios and seven candidates, each under a name of its own', () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(12)
    expect(new Set(candidates.map(({ id }) => id)).size).toBe(7)
  })
})

describe('the words of a cell', () => {
  const cell = (id: string, facts: unknown, exitCode = 0, lines = 0): string | undefined =>
    scenarios.find((scenario) => scenario.id === id)?.cell({ exitCode, lines, facts, offered: true })

  it('tell a process that died from one that went on in silence', () => {
    expect(cell('rejects', null, 1, 9)).toBe('the process exits with code 1')
    expect(cell('rejects', { runs: 2 })).toBe('goes on, says nothing')
    expect(cell('rejects', { runs: 2 }, 0, 4)).toBe('goes on, logs it')
  })

  it('tell a task that died from one that runs on', () => {
    expect(cell('handled', { runs: 1, handled: 1 })).toBe('never runs again, the handler is called')
    expect(cell('handled', { runs: 2, handled: 0 }, 0, 1)).toBe('goes on, logs it')
  })

  it('say what became of the slots that a block took', () => {
    expect(cell('blocked', { burst: 4, goesOn: true, missed: null })).toBe(
      'runs 4 times in a burst, says nothing',
    )
    expect(cell('blocked', { burst: 1, goesOn: true, missed: 2 })).toBe('runs once for them, counts 2 missed')
    expect(cell('blocked', { burst: 0, goesOn: false, missed: null }, 0, 1)).toBe(
      'runs none of them, writes 1 line, does not go on',
    )
  })

  it('say whether a stop ended, and whom it named', () => {
    expect(cell('stopping-hung', { tookMs: null, named: false })).toBe('has not returned after 4 s')
    expect(cell('stopping-hung', { tookMs: 2_004, named: true })).toBe('returns after 2.0 s, names the run')
    expect(cell('stopping-hung', { tookMs: 1, named: false })).toBe('returns at once, tells of no run')
  })
})
