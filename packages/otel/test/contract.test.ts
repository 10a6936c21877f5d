import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isPageFresh, metricsDocument, prometheusNames } from '../scripts/metrics-doc.ts'
import { attr } from '../src/base/attribute-keys.ts'
import { version } from '../src/base/version.ts'
import { metricTable } from '../src/metrics/table.ts'

describe('the public telemetry', () => {
  it('lists every value of an attribute, although some metrics have only a part of them', () => {
    const rows = metricsDocument()
      .split('\n')
      .filter((line) => /^\| `runwell\.task\.(run|unit)\.result` /.test(line))
    expect(rows.map((row) => row.split(' | ')[1])).toEqual([
      '`success` `failure` `timeout` `cancellation` `abandoned`',
      '`success` `failure` `cancellation`',
    ])
  })

  it('is documented in docs/metrics.md (if not, run npx tsx packages/otel/scripts/metrics-doc.ts)', () => {
    expect(isPageFresh()).toBe(true)
  })

  it('has the version of the package', () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

    expect(manifest).toMatchObject({ version })
  })

  it('has each metric once, in the runwell namespace', () => {
    const names = metricTable.map(({ name }) => name)

    expect(new Set(names).size).toBe(names.length)
    expect(names.filter((name) => !/^runwell\.[a-z_]+(\.[a-z_]+)*$/.test(name))).toEqual([])
  })

  it('follows the naming rules: no unit or total in a name, no unit 1', () => {
    expect(
      metricTable.filter(({ name }) => /second|total|millis/.test(name)).map(({ name }) => name),
    ).toEqual([])
    // VictoriaMetrics would append `_ratio` to the name of a metric with the unit `1`.
    expect(metricTable.filter(({ unit }) => unit === '1').map(({ name }) => name)).toEqual([])
    expect(
      metricTable.filter(
        ({ instrument, buckets }) => (instrument === 'histogram') !== (buckets !== undefined),
      ),
    ).toEqual([])
  })

  it('has attributes in the runwell namespace, except those of the semantic conventions', () => {
    const foreign = Object.values(attr).filter((key) => !key.startsWith('runwell.'))

    expect(foreign).toEqual(['error.type', 'url.full'])
  })

  it.each([
    ['runwell.task.runs', ['runwell_task_runs_total']],
    ['runwell.task.run.duration', ['runwell_task_run_duration_seconds', 'runwell_task_run_duration']],
    [
      'runwell.task.eventloop.blocked.time',
      ['runwell_task_eventloop_blocked_time_seconds_total', 'runwell_task_eventloop_blocked_time_total'],
    ],
    ['runwell.task.status', ['runwell_task_status']],
    ['runwell.task.slo', ['runwell_task_slo']],
  ])('spells %s for Prometheus as %s', (name, spelt) => {
    const metric = metricTable.find((each) => each.name === name)

    expect(metric && prometheusNames(metric)).toEqual(spelt)
  })
})
