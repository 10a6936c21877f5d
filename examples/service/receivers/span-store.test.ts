import { describe, expect, it } from 'vitest'
import type { Span } from './otlp-decode.ts'
import { SpanStore } from './span-store.ts'

function span(traceId: string, spanId: string, parentId?: string, task = 'feeds.poll'): Span {
  const attributes = new Map(parentId === undefined ? [['runwell.task.name', task]] : [])
  return {
    traceId,
    spanId,
    parentId,
    name: spanId,
    startMs: 0,
    durationMs: 1,
    attributes,
    failed: false,
    message: '',
  }
}

function tree(store: SpanStore): string[] {
  return store.lastTrace().map(({ span: { name }, depth }) => '-'.repeat(depth) + name)
}

describe('SpanStore', () => {
  it('counts spans for the task of their root, even if they arrive before it', () => {
    const store = new SpanStore()

    store.add([span('t1', 'child', 'root'), span('t1', 'root'), span('t1', 'late', 'root')])
    store.add([span('t2', 'root', undefined, 'chat.live')])

    expect(store.byTask).toEqual(
      new Map([
        ['feeds.poll', 3],
        ['chat.live', 1],
      ]),
    )
  })

  it('shows the newest trace with more than one span', () => {
    const store = new SpanStore()

    store.add([span('t1', 'first')])
    expect(tree(store)).toEqual(['first'])

    store.add([span('t2', 'leaf', 'branch'), span('t2', 'branch', 'root'), span('t2', 'root')])
    store.add([span('t3', 'lone')])
    expect(tree(store)).toEqual(['root', '-branch', '--leaf'])
  })

  it('removes the oldest traces, but keeps its counts', () => {
    const store = new SpanStore(2)

    for (const id of ['t1', 't2', 't3']) store.add([span(id, 'root')])

    expect(store.root('t1')).toBeUndefined()
    expect(store.root('t3')?.traceId).toBe('t3')
    expect(store.byTask.get('feeds.poll')).toBe(3)
  })

  it('never removes a trace that is needed', () => {
    const store = new SpanStore(2)
    store.want((traceId) => traceId === 't1')

    for (const id of ['t1', 't2', 't3', 't4']) store.add([span(id, 'root')])

    expect(['t1', 't2', 't3', 't4'].filter((id) => store.root(id))).toEqual(['t1', 't4'])
  })
})
