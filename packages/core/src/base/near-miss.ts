/**
 * Returns the word of `known` that the user probably meant by `word`, or `undefined`. The comparison ignores upper
 * and lower case, `_` and `-`.
 */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const plain = plainOf(word)
  let best: string | undefined
  let limit = plain.length < 2 ? 1 : Math.min(2, Math.max(1, Math.floor(plain.length / 3))) + 1
  for (const candidate of known) {
    const other = plainOf(candidate)
    if (Math.abs(other.length - plain.length) >= limit) continue
    const distance = editDistance(plain, other)
    if (distance >= limit) continue
    best = candidate
    limit = distance
  }
  return best
}

function plainOf(word: string): string {
  return word.toLowerCase().replace(/[_-]/g, '')
}

function editDistance(from: string, to: string): number {
  let twoAbove: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const isSame = from[i - 1] === to[j - 1]
      const costs = [at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + (isSame ? 0 : 1)]
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (isSwapped) costs.push(at(twoAbove, j - 2) + 1)
      row.push(Math.min(...costs))
    }
    twoAbove = above
    above = row
  }
  return at(above, to.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
