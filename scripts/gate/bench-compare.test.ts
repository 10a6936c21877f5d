import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import type { Benchmark } from '../../bench/benchmark.ts'
import { compare } from '../../bench/compare.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const benchmarks = ['idle', 'drift', 'size'].map((id) => ({
  id,
  ratios: (data: unknown) => data as Readonly<Record<string, number>>,
})) as unknown as readonly Benchmark<unknown>[]

function resultsOf(ratios: Readonly<Record<string, number>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'runwell-bench-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [id, ratio] of Object.entries(ratios))
    writeFileSync(join(folder, `${id}.json`), JSON.stringify({ data: { ratio } }))
  return folder
}

it('a comparison names the benchmarks that one of the folders lacks', () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
  const [one, other] = [resultsOf({ idle: 2, drift: 3 }), resultsOf({ idle: 2.1, size: 4 })]

  expect(compare(benchmarks, [one, other])).toBe(true)

  const text = printed.mock.calls.flat().join('\n')
  expect(text).toContain(`Not compared, because missing in ${one}: size\n`)
  expect(text).toContain(`Not compared, because missing in ${other}: drift\n`)
  expect(text).toContain('1 ratios, 0 beyond 15 %')
})

it('a comparison of the same benchmarks says nothing about missing ones', () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {})

  expect(compare(benchmarks, [resultsOf({ idle: 2 }), resultsOf({ idle: 3 })])).toBe(false)

  expect(printed.mock.calls.flat().join('\n')).not.toContain('missing')
})
