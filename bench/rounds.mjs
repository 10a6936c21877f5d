/** The middle of `values`; of two middles their mean. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Median, least and greatest: what every table shows. */
export function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/**
 * Measures every candidate once a round. Each round begins one candidate further on, so that what the machine does
 * meanwhile falls on none of them in particular.
 *
 * @returns per candidate its samples, in the order of the rounds
 */
export async function inRounds(candidates, rounds, measure) {
  const samples = new Map(candidates.map((candidate) => [candidate, []]))
  for (let round = 0; round < rounds; round++) {
    const from = Math.floor((round * candidates.length) / rounds)
    for (const candidate of [...candidates.slice(from), ...candidates.slice(0, from)]) {
      samples.get(candidate).push(await measure(candidate, round))
    }
  }
  return samples
}

/** What a tenth of `values` is below. */
export function lowerDecile(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 10)]
}

/**
 * The ratio of two candidates in CPU time, each by its least round: neighbours on the same core can only add to that, by
 * half and more, and for a whole round.
 */
export function leastRatio(samples, references) {
  return Math.min(...samples) / Math.min(...references)
}
