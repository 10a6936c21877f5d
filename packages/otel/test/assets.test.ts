import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { shippedFiles, staleFiles } from '../scripts/alerts.ts'
import { faster } from '../src/alerts/faster.ts'
import { ruleFile } from '../src/alerts/rules.ts'
import { prometheusName, Vocabulary } from '../src/alerts/vocabulary.ts'
import { everyAlert } from './alerts/every-alert.ts'
import { lostRuns } from './alerts/lost-runs.ts'

test('the shipped rules and dashboards match the metric table (if not, run `npm run alerts`)', () => {
  expect(staleFiles()).toEqual([])
  expect(shippedFiles().size).toBeGreaterThan(2)
})

test('a query for an unknown metric, label or value is refused', () => {
  const words = new Vocabulary('otlp')
  expect(() => words.metric('runwell.task.health', { healthState: 'broken' })).toThrow('is never broken')
  expect(() => words.metric('runwell.task.health', { skipReason: 'overlap' })).toThrow(
    'no attribute skipReason',
  )
})

test('only OTLP adds the unit seconds to names', () => {
  const name = 'runwell.task.last_success.timestamp'
  expect(new Vocabulary('otlp').metric(name)).toBe('runwell_task_last_success_timestamp_seconds')
  expect(new Vocabulary('scraped').metric(name)).toBe('runwell_task_last_success_timestamp')
})

test('an annotation unit is left out of a name, and a unit that backends spell differently is refused', () => {
  const queued = { name: 'shop.mails.queued', unit: '{mail}', instrument: 'up-down counter' } as const
  expect(prometheusName(queued, 'otlp')).toBe('shop_mails_queued')
  expect(prometheusName({ ...queued, unit: 's', instrument: 'counter' }, 'otlp')).toBe(
    'shop_mails_queued_seconds_total',
  )
  for (const instrument of ['gauge', 'up-down counter'] as const) {
    expect(() => prometheusName({ ...queued, unit: '1', instrument }, 'otlp')).toThrow(
      'shop.mails.queued: backends spell unit 1 differently',
    )
  }
})

test('every alert has a case in which it fires and resolves', () => {
  const { groups } = parse(ruleFile('otlp')) as { groups: { rules: { alert?: string }[] }[] }
  const alerts = groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []))
  const proven = [...everyAlert, ...lostRuns].flatMap(({ moments }) =>
    moments.flatMap(([, firing]) => firing.map((line) => line.split(' ')[0])),
  )
  expect(new Set(proven)).toEqual(new Set(alerts))
})

test('accelerated rules have shorter windows, waits and limits in seconds, but the same counts and ratios', () => {
  const expr =
    'sum(increase(a[12h:5m])) / (b >= 19.5) > 0.3 and (period > 300 <= 3600) and c >= 20 and d[5m] == 1'
  const rule = { alert: 'Some', expr, for: '1m', annotations: {} }

  expect(faster(rule, 10)).toEqual({
    alert: 'Some',
    expr: 'sum(increase(a[4320000ms:30000ms])) / (b >= 19.5) > 0.3 and (period > 30 <= 360) and c >= 20 and d[30000ms] == 1',
    for: '6000ms',
    annotations: {},
  })
  expect(faster(rule, 1)).toBe(rule)
})
