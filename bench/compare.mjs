import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { figure, table } from './markdown.mjs'

/** Two runs on one machine agree when no ratio differs by more. */
const most = 0.15

/**
 * Prints every ratio of two sets of results beside its difference.
 * @param folders - where each set is, a file for each benchmark
 * @returns whether they agree: all of them within 15 %, and at least one in both
 */
export function compare(benchmarks, folders) {
  const rows = benchmarks.flatMap((benchmark) => compareOne(benchmark, folders))
  const worst = rows.toSorted((a, b) => b.off - a.off)
  const cells = worst.map(({ id, name, one, other, off }) => [
    `${id}: ${name}`,
    figure(one),
    figure(other),
    `${(100 * off).toFixed(1)} %${off > most ? ', beyond' : ''}`,
  ])
  console.log(table(['ratio', 'one', 'other', 'difference'], cells))
  const beyond = worst.filter(({ off }) => off > most).length
  console.log(`\n${rows.length} ratios, ${beyond} beyond ${100 * most} %`)
  return rows.length > 0 && beyond === 0
}

function compareOne({ id, ratios }, folders) {
  const files = folders.map((folder) => resolve(folder, `${id}.json`))
  if (ratios === undefined || !files.every((file) => existsSync(file))) return []
  const [first, second] = files.map((file) => ratios(JSON.parse(readFileSync(file, 'utf8')).data))
  return Object.entries(first).map(([name, one]) => {
    const other = second[name]
    // One that is there but once, or is no number, is beyond any limit.
    const off = Math.max(one, other) / Math.min(one, other) - 1
    return { id, name, one, other, off: Number.isFinite(off) ? off : Number.POSITIVE_INFINITY }
  })
}
