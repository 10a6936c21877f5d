import { describe, expect, it, onTestFinished } from 'vitest'
import type { Point } from './processes/otlp-receiver.ts'
import { receiver, run } from './processes/run-service.ts'

const failed = ({ attributes }: Point): boolean => attributes['runwell.task.run.result'] === 'failure'

function byInstance(points: readonly Point[]): Point[][] {
  const instances = [...new Set(points.map(({ instance }) => instance))]
  return instances.map((each) =>
    points.filter(({ instance }) => instance === each).sort((one, other) => one.atMs - other.atMs),
  )
}

describe('two processes that export to one receiver', () => {
  it('have separate series, whose sum is correct and whose rise from 0 is visible', async () => {
    const otlp = await receiver(onTestFinished)
    const options = { endpoint: otlp.endpoint, protocol: 'http/json' } as const
    const began = Date.now()

    // `mail` fails after 50 ms, long before the first regular export.
    await Promise.all([run(options, { runs: 3 }), run(options, { runs: 5 })])

    const series = byInstance(otlp.points('runwell.task.runs').filter(failed))
    expect(series).toHaveLength(2)
    expect(series.map((points) => points.at(-1)?.value).sort((one = 0, other = 0) => one - other)).toEqual([
      3, 5,
    ])
    for (const points of series) {
      // `increase()` sees all failures only if an earlier sample is 0.
      const [first, ...later] = points
      expect(first?.value).toBe(0)
      expect(later.length).toBeGreaterThan(0)
      expect(later.every(({ atMs }) => first !== undefined && atMs > first.atMs)).toBe(true)
      expect(new Set(points.map(({ startMs }) => startMs)).size).toBe(1)
      expect(first?.startMs).toBeGreaterThanOrEqual(began)
    }
    const spans = otlp.spans().filter(({ name }) => name === 'run mail')
    expect(spans).toHaveLength(8)
    expect(new Set(spans.map(({ resource }) => resource['service.instance.id']))).toEqual(
      new Set(series.map(([first]) => first?.instance)),
    )
  }, 60_000)
})
