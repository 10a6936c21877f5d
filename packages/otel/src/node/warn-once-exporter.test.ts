import { describe, expect, it } from 'vitest'
import type { ExportResult } from './sdk.ts'
import { toldOnce } from './warn-once-exporter.ts'

function exporter(results: ExportResult[], told: string[]) {
  const plain = {
    export: (_: unknown, done: (result: ExportResult) => void) => done(results.shift() ?? { code: 0 }),
  }
  return toldOnce(plain, 'spans', (sentence) => void told.push(sentence))
}

describe('an exporter that is told once', () => {
  it('tells of the first failure, and of the first success after it', () => {
    const told: string[] = []
    const failed = { code: 1, error: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }
    const watched = exporter([{ code: 0 }, failed, failed, { code: 0 }, { code: 0 }, failed], told)
    const results: number[] = []

    for (let batch = 0; batch < 6; batch += 1) watched.export([], ({ code }) => results.push(code))

    expect(told).toEqual([
      "Runwell: spans can't be exported, and are dropped until they can: refused (ECONNREFUSED)",
      'Runwell: spans are exported again',
      "Runwell: spans can't be exported, and are dropped until they can: refused (ECONNREFUSED)",
    ])
    expect(results).toEqual([0, 1, 1, 0, 0, 1])
  })

  it('finds the reason inside an error of several', () => {
    const told: string[] = []
    const inner = new Error('connect ECONNREFUSED 127.0.0.1:4318')

    exporter([{ code: 1, error: new AggregateError([inner]) }], told).export([], () => {})
    exporter([{ code: 1 }], told).export([], () => {})

    expect(told).toEqual([
      "Runwell: spans can't be exported, and are dropped until they can: connect ECONNREFUSED 127.0.0.1:4318",
      "Runwell: spans can't be exported, and are dropped until they can: no reason given",
    ])
  })
})
