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
  it('emits a former state as 0, once', () => {
    const { sink, taken } = collector()
    const series = new Series({ task: 'mail' })
    const collect = (state: string): unknown[] => {
      series.gauge(sink, 'runwell.task.status', 1, 'state', state)
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

  it('keeps counters that a collection does not emit', () => {
    const { sink, taken } = collector()
    const series = new Series({})

    series.counter(sink, 'runwell.task.runs', 0)
    series.end(sink)
    series.counter(sink, 'runwell.task.runs', 7)
    series.end(sink)
    series.end(sink)

    expect(taken()).toEqual([
      ['runwell.task.runs', 0, {}],
      ['runwell.task.runs', 7, {}],
    ])
  })

  it('emits a counter that starts above 0 as 0 first, unless this is the last collection', () => {
    const { sink, taken } = collector()
    const series = new Series({})

    series.counter(sink, 'runwell.task.errors', 3, 'type', 'A')
    series.end(sink)
    series.counter(sink, 'runwell.task.errors', 3, 'type', 'A')
    series.counter({ ...sink, isLast: true }, 'runwell.task.errors', 2, 'type', 'B')

    expect(taken()).toEqual([
      ['runwell.task.errors', 0, { type: 'A' }],
      ['runwell.task.errors', 3, { type: 'A' }],
      ['runwell.task.errors', 2, { type: 'B' }],
    ])
  })

  it('emits timestamps in seconds, and omits unknown ones', () => {
    const { sink, taken } = collector()
    const series = new Series({})

    series.timestamp(sink, 'runwell.task.next_run.timestamp', 1_500)
    series.timestamp(sink, 'runwell.task.paused.since.timestamp', undefined)
    series.timestamp(sink, 'runwell.task.last_beat.timestamp', 2_000.123456)

    expect(taken()).toEqual([
      ['runwell.task.next_run.timestamp', 1.5, {}],
      ['runwell.task.last_beat.timestamp', 2, {}],
    ])
  })

  it('creates the attributes of a point once', () => {
    const { sink, taken } = collector()
    const series = new Series({ task: 'mail' })

    series.counter(sink, 'runwell.task.runs', 1, 'result', 'success')
    series.counter(sink, 'runwell.task.runs', 2, 'result', 'success')

    const [first, second] = taken() as [unknown, number, object][]
    expect(first?.[2]).toBe(second?.[2])
  })
})
