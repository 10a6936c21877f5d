import { describe, expect, it } from 'vitest'
import { Series, type Sink } from './series.ts'

function collector(): { sink: Sink; taken(): unknown[] } {
  let seen: unknown[] = []
  return {
    sink: { observe: (name, value, attributes) => void seen.push([name, value, attributes]) },
    taken() {
      const taken = seen
      seen = []
      return taken
    },
  }
}

describe('a series', () => {
  it('tells a state that was left as 0, once', () => {
    const { sink, taken } = collector()
    const series = new Series({ task: 'mail' })
    const collect = (state: string): unknown[] => {
      series.level(sink, 'runwell.task.status', 1, 'state', state)
      series.end(sink)
      return taken()
    }

    expect(collect('idle')).toEqual([['runwell.task.status', 1, { task: 'mail', state: 'idle' }]])
    expect(collect('running')).toEqual([
      ['runwell.task.status', 1, { task: 'mail', state: 'running' }],
      ['runwell.task.status', 0, { task: 'mail', state: 'idle' }],
    ])
    expect(collect('running')).toEqual([['runwell.task.status', 1, { task: 'mail', state: 'running' }]])
  })

  it('leaves totals where they are when they are not seen', () => {
    const { sink, taken } = collector()
    const series = new Series({})

    series.total(sink, 'runwell.task.runs', 0)
    series.end(sink)
    series.total(sink, 'runwell.task.runs', 7)
    series.end(sink)
    series.end(sink)

    expect(taken()).toEqual([
      ['runwell.task.runs', 0, {}],
      ['runwell.task.runs', 7, {}],
    ])
  })

  it('tells a total that is born above 0 as 0 first, unless this is the last collect', () => {
    const { sink, taken } = collector()
    const series = new Series({})

    series.total(sink, 'runwell.task.errors', 3, 'type', 'A')
    series.end(sink)
    series.total(sink, 'runwell.task.errors', 3, 'type', 'A')
    series.total({ ...sink, isLast: true }, 'runwell.task.errors', 2, 'type', 'B')

    expect(taken()).toEqual([
      ['runwell.task.errors', 0, { type: 'A' }],
      ['runwell.task.errors', 3, { type: 'A' }],
      ['runwell.task.errors', 2, { type: 'B' }],
    ])
  })

  it('tells instants in seconds, and nothing of those that are not known', () => {
    const { sink, taken } = collector()
    const series = new Series({})

    series.instant(sink, 'runwell.task.next_run.timestamp', 1_500)
    series.instant(sink, 'runwell.task.paused.since.timestamp', undefined)

    expect(taken()).toEqual([['runwell.task.next_run.timestamp', 1.5, {}]])
  })

  it('makes the attributes of a point once', () => {
    const { sink, taken } = collector()
    const series = new Series({ task: 'mail' })

    series.total(sink, 'runwell.task.runs', 1, 'result', 'success')
    series.total(sink, 'runwell.task.runs', 2, 'result', 'success')

    const [first, second] = taken() as [unknown, number, object][]
    expect(first?.[2]).toBe(second?.[2])
  })
})
