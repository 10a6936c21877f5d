/**
 * Returns the word of `known` that the user probably meant by `word`, or `undefined`. The comparison ignores upper
 * and lower case, `_` and `-`. It also finds a singular for a plural, such as `retry` for `retries`, and the reverse.
 * If no word is close, it finds the only word that begins with `word`, such as `priority` for `prio`.
 */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const plain = plainOf(word)
  const singular = singularOf(plain)
  let best: string | undefined
  let limit = farthest(plain)
  for (const candidate of known) {
    const other = plainOf(candidate)
    const ofSingulars = distanceBelow(Math.min(limit, farthest(singular)), singular, singularOf(other))
    const distance = ofSingulars ?? distanceBelow(limit, plain, other)
    if (distance === undefined) continue
    best = candidate
    limit = distance
  }
  return best ?? onlyStart(plain, known)
}

function onlyStart(plain: string, known: readonly string[]): string | undefined {
  const found = plain.length < 3 ? [] : known.filter((word) => plainOf(word).startsWith(plain))
  return found.length === 1 ? found[0] : undefined
}

function plainOf(word: string): string {
  return word.toLowerCase().replace(/[_-]/g, '')
}

/** Changes only the ending `ies`. A plural that ends in `s` is close to its singular anyway. */
function singularOf(plain: string): string {
  return plain.replace(/(?<=..)ies$/, 'y')
}

/** Returns the edit distance from which on two words are too different. */
function farthest(plain: string): number {
  return plain.length < 2 ? 1 : Math.min(2, Math.max(1, Math.floor(plain.length / 3))) + 1
}

function distanceBelow(limit: number, word: string, other: string): number | undefined {
  if (Math.abs(other.length - word.length) >= limit) return undefined
  const distance = editDistance(word, other)
  return distance < limit ? distance : undefined
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
