export type Call = () => unknown

export type Costs<Mode extends string> = Partial<Record<Mode, readonly number[]>>

const usedMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000

async function cpuNs(call: Call, count: number): Promise<number> {
  const began = usedMs()
  for (let turn = 0; turn < count; turn++) await call()
  return ((usedMs() - began) * 1e6) / count
}

/**
 * Measures all calls in turns. Each call gets about `forMs` of CPU time. The first third is the warm-up. Returns, for
 * each call, the CPU time of one call in nanoseconds, once for each batch after the warm-up.
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
