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

  it('has 22 scenarios and seven candidates with unique names', () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(22)
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

  it('says whether slots that were lost are reported', () => {
    expect(cell('rescheduled', { slots: 10, runs: 10 })).toBe('runs in 10 of 10 seconds')
    expect(cell('rescheduled', { slots: 10, runs: 13 })).toBe('runs in 10 of 10 seconds, 3 runs too many')
    expect(cell('rescheduled', { slots: 4, runs: 4, missed: 6 })).toBe('runs in 4 of 10 seconds, reports 6')
    expect(cell('rescheduled', { slots: 4, runs: 4 })).toBe('runs in 4 of 10 seconds, logs nothing')
    expect(cell('slept-through', { afterMs: null, missed: 1 })).toBe(
      'does not run within 32 s after the wake-up, reports 1 missed',
    )
    expect(cell('slept-through', { afterMs: 29_040 })).toBe('runs 29.0 s after the wake-up')
  })

  it('says how long a task is silent after its clock was set back', () => {
    expect(cell('set-back', { before: 2, tookMs: 2_900 })).toBe('continues')
    expect(cell('set-back', { before: 2, tookMs: 22_000 })).toBe('continues after 20.0 s')
    expect(cell('set-back', { before: 2, tookMs: null })).toBe('does not run three times within 35 s')
  })

  it('says what becomes of a run that removes its task', () => {
    expect(cell('removes-itself', { tookMs: 2, runsAfter: 0 })).toBe('removed immediately')
    expect(cell('removes-itself', { tookMs: 5_013, runsAfter: 0 })).toBe('the call returns after 5.0 s')
    expect(cell('removes-itself', { tookMs: null, runsAfter: 1 })).toBe(
      'the call does not return, runs again',
    )
  })

  it('says what is known of a first failure', () => {
    expect(cell('first-failure', {})).toBe('no health')
    expect(cell('first-failure', { health: 'degraded', lastError: 'no' })).toBe(
      'degraded, has the last error',
    )
    expect(cell('first-failure', null, 1)).toBe('the process exits with code 1')
  })

  it('says when a task ran in a night of a clock change', () => {
    expect(cell('spring-night', { times: ['03:00'] })).toBe('runs at 03:00')
    expect(cell('spring-night', { times: [] })).toBe('does not run that night')
    expect(cell('autumn-night', { times: ['02:30', '02:30'] })).toBe('runs 2 times: at 02:30 and 02:30')
  })

  it('says whether a dead task is found', () => {
    expect(cell('dead', { isGuarded: true, foundMin: 1, skipped: 3_599 }, 0, 1)).toBe(
      'unhealthy after 1 min, reports 3,599 skipped, logs 1 line',
    )
    expect(cell('dead', { isGuarded: true, foundMin: null, skipped: 3_599 }, 0, 3_599)).toBe(
      'no health, reports 3,599 skipped, logs 3,599 lines',
    )
    expect(cell('dead', { isGuarded: true, foundMin: null })).toBe('no health, logs nothing')
    expect(cell('dead', { isGuarded: false, foundMin: null })).toBe(
      'no protection: another run starts each second',
    )
  })

  it('says on how many hosts a task runs', () => {
    expect(cell('several-hosts', { once: 0, twice: 5, chosen: false })).toBe('runs on both, no such option')
    expect(cell('several-hosts', { once: 6, twice: 0, chosen: true })).toBe('runs on the chosen one')
  })

  it('says how a second Ctrl-C ends a report', () => {
    expect(cell('interrupted', { livedMs: 1_060, wroteReport: false })).toBe(
      'ends after 1.1 s, the report is cut off',
    )
    expect(cell('interrupted', { livedMs: null, wroteReport: true })).toBe('still runs after 8.0 s')
  })
})
