export type Call = () => unknown

export type Costs<Mode extends string> = Partial<Record<Mode, readonly number[]>>

const usedMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000

async function cpuNs(call: Call, count: number): Promise<number> {
  const began = usedMs()
  for (let turn = 0; turn < count; turn++) await call()
  return ((usedMs() - began) * 1e6) / count
}

/**
 * Measures the functions of `calls` in turns. In each turn, a function is called many times: this is a batch. Each
 * function gets about `forMs` of CPU time in all, and the first third is the warm-up. Returns, for each function, one
 * number for each batch after the warm-up: the CPU time of a single call, in nanoseconds.
 */
export async function timeInTurns<Mode extends string>(
  forMs: number,
  calls: ReadonlyMap<Mode, Call>,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const timed = [...calls].map(([mode, call]) => ({ mode, call, count: 1_000, costs: [] as number[] }))
  const from = usedMs()
  const total = forMs * timed.length
  while (usedMs() - from < total) {
    for (const one of timed) {
      const nanoseconds = await cpuNs(one.call, one.count)
      if (usedMs() - from > total / 3) one.costs.push(nanoseconds)
      one.count = Math.ceil(10e6 / (nanoseconds + 1))
    }
  }
  return Object.fromEntries(timed.map(({ mode, costs }) => [mode, costs]))
}
