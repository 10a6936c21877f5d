import { describe, expect, it } from 'vitest'
import { FlushState } from './otlp-internals.ts'
import type { ExportResult } from './sdk.ts'
import { Undelivered } from './undelivered.ts'
import { warnOnceExporter } from './warn-once-exporter.ts'

function exporter(results: ExportResult[], warnings: string[]) {
  const plain = {
    export: (_: unknown, done: (result: ExportResult) => void) => done(results.shift() ?? { code: 0 }),
  }
  const warn = (message: string) => void warnings.push(message)
  const undelivered = new Undelivered(warn)
  return warnOnceExporter(plain, undelivered.add('spans', 'http://collector:4318'), new FlushState(), warn)
}

describe('an exporter that warns once', () => {
  it('warns of the first failure, and of the first success after it', () => {
    const warnings: string[] = []
    const failed = { code: 1, error: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }
    const watched = exporter([{ code: 0 }, failed, failed, { code: 0 }, { code: 0 }, failed], warnings)
    const results: number[] = []

    for (let batch = 0; batch < 6; batch += 1)
      watched.export(['one', 'two', 'three'].slice(batch % 2), ({ code }) => results.push(code))

    expect(warnings).toEqual([
      "Runwell: spans can't be exported and are dropped until exports succeed: refused (ECONNREFUSED)",
      'Runwell: spans can be exported again. 5 were lost',
      "Runwell: spans can't be exported and are dropped until exports succeed: refused (ECONNREFUSED)",
    ])
    expect(results).toEqual([0, 1, 1, 0, 0, 1])
  })

  it('finds the reason inside an AggregateError', () => {
    const warnings: string[] = []
    const inner = new Error('connect ECONNREFUSED 127.0.0.1:4318')

    exporter([{ code: 1, error: new AggregateError([inner]) }], warnings).export([], () => {})
    exporter([{ code: 1 }], warnings).export([], () => {})

    expect(warnings).toEqual([
      "Runwell: spans can't be exported and are dropped until exports succeed: connect ECONNREFUSED 127.0.0.1:4318",
      "Runwell: spans can't be exported and are dropped until exports succeed: no reason given",
    ])
  })

  it('says which statuses ask for a retry, because the SDK does not pass the status on', () => {
    const warnings: string[] = []
    exporter([{ code: 1, error: new Error('Export failed with retryable status') }], warnings).export(
      [],
      () => {},
    )
    expect(warnings).toEqual([
      "Runwell: spans can't be exported and are dropped until exports succeed: the receiver is overloaded, limits the rate, or is down behind a proxy (status 429, 502, 503 or 504)",
    ])
  })

  it('names the option if the receiver has no such address, as Jaeger for metrics', () => {
    const warnings: string[] = []
    const error = Object.assign(new Error('Not Found'), { code: 404 })

    exporter([{ code: 1, error }], warnings).export([], () => {})

    expect(warnings).toEqual([
      "Runwell: spans can't be exported and are dropped until exports succeed: Not Found (404). If this receiver takes no spans, pass `traces: false`",
    ])
  })
})
