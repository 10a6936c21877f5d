import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Benchmark } from './benchmark.ts'
import { figure, table } from './markdown.ts'
import { readResult } from './results.ts'

const limit = 0.15

interface Compared {
  readonly id: string
  readonly name: string
  readonly one: number
  readonly other: number | undefined
  readonly off: number
}

/**
 * Prints the ratios of two sets of results, and the benchmarks whose file one of the sets lacks. Returns false in
 * these cases:
 * - A ratio differs by more than 15 %.
 * - The second set lacks a ratio of the first set.
 * - There are no ratios.
 *
 * @param folders - one folder for each set, with one file for each benchmark
 */
export function compare(
  benchmarks: readonly Benchmark<unknown>[],
  folders: readonly [string, string],
): boolean {
  for (const line of missing(benchmarks, folders)) console.log(line)
  const rows = benchmarks.flatMap((benchmark) => compareOne(benchmark, folders))
  const worst = rows.toSorted((a, b) => b.off - a.off)
  const cells = worst.map(({ id, name, one, other, off }) => [
    `${id}: ${name}`,
    figure(one),
    figure(other),
    `${(100 * off).toFixed(1)} %${off > limit ? ', beyond' : ''}`,
  ])
  console.log(table(['ratio', 'one', 'other', 'difference'], cells))
  const beyond = worst.filter(({ off }) => off > limit).length
  console.log(`\n${rows.length} ratios, ${beyond} beyond ${100 * limit} %`)
  return rows.length > 0 && beyond === 0
}

function missing(
  benchmarks: readonly Benchmark<unknown>[],
  folders: readonly [string, string],
): readonly string[] {
  const idsIn = (folder: string) =>
    benchmarks.map(({ id }) => id).filter((id) => existsSync(resolve(folder, `${id}.json`)))
  const known = folders.map(idsIn)
  return folders.flatMap((folder, index) => {
    const absent = known.flat().filter((id) => known[index]?.includes(id) === false)
    return absent.length === 0 ? [] : `Not compared, because missing in ${folder}: ${absent.join(', ')}\n`
  })
}

function compareOne(benchmark: Benchmark<unknown>, [oneFolder, otherFolder]: readonly [string, string]) {
  const { id } = benchmark
  const [oneFile, otherFile] = [resolve(oneFolder, `${id}.json`), resolve(otherFolder, `${id}.json`)]
  if (!(existsSync(oneFile) && existsSync(otherFile))) return []
  const ones = benchmark.ratios?.(readResult(oneFile).data) ?? {}
  const others = benchmark.ratios?.(readResult(otherFile).data) ?? {}
  return Object.entries(ones).map(([name, one]): Compared => {
    const other = others[name]
    const off = other === undefined ? Number.NaN : Math.max(one, other) / Math.min(one, other) - 1
    return { id, name, one, other, off: Number.isFinite(off) ? off : Number.POSITIVE_INFINITY }
  })
}
