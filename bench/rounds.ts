export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function median(values: readonly number[]): number {
  const sorted = ascending(values)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

export class Samples<Candidate, Sample> extends Map<Candidate, readonly Sample[]> {
  of(candidate: Candidate): readonly Sample[] {
    const samples = this.get(candidate)
    if (samples === undefined) throw new Error(`${candidate} was not measured`)
    return samples
  }
}

/**
 * Measures every candidate once per round. Not every round begins with the same candidate. So a slow minute of the
 * machine does not always affect the same candidate.
 */
export async function inRounds<Candidate, Sample>(
  candidates: readonly Candidate[],
  rounds: number,
  measure: (candidate: Candidate) => Promise<Sample>,
): Promise<Samples<Candidate, Sample>> {
  const samples = new Map(candidates.map((candidate): [Candidate, Sample[]] => [candidate, []]))
  for (let round = 0; round < rounds; round++) {
    const from = Math.floor((round * candidates.length) / rounds)
    for (const candidate of [...candidates.slice(from), ...candidates.slice(0, from)]) {
      samples.get(candidate)?.push(await measure(candidate))
    }
  }
  return new Samples(samples)
}

export function lowerDecile(values: readonly number[]): number {
  return ascending(values)[Math.floor((values.length - 1) / 10)] ?? Number.NaN
}

/** Returns the ratio of the lowest values, because other work on the same core can make a round much slower. */
export function minRatio(samples: readonly number[], references: readonly number[]): number {
  return Math.min(...samples) / Math.min(...references)
}

/** Returns the median of the ratios of pairs. Other work on the machine affects both values of a pair. */
export function pairedRatio(samples: readonly number[], references: readonly number[]): number {
  return median(samples.map((sample, index) => sample / (references[index] ?? Number.NaN)))
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b)
}
