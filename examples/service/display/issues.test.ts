import { describe, expect, it } from 'vitest'
import { IssueStore } from '../receivers/issue-store.ts'
import { SpanStore } from '../receivers/span-store.ts'
import { isOnItsRun, issueLines } from './issues.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

function issues(task: string, span = spanId, kind = 'failure') {
  const store = new IssueStore()
  store.add(
    Buffer.from(
      JSON.stringify({
        exception: { values: [{ type: 'UpstreamError', value: 'Upstream answered 500' }] },
        tags: { 'runwell.task': task, 'runwell.kind': kind },
        contexts: { trace: { trace_id: traceId, span_id: span } },
      }),
    ),
  )
  return store.issues
}

function spans(): SpanStore {
  const store = new SpanStore()
  store.add([
    {
      traceId,
      spanId,
      parentId: undefined,
      name: 'run feeds.poll',
      startMs: 0,
      durationMs: 20,
      attributes: new Map([['runwell.task.name', 'feeds.poll']]),
      failed: true,
      message: '',
    },
  ])
  return store
}

describe('issueLines', () => {
  it('says whether the newest event of an issue is in the trace of its run', () => {
    expect(issueLines(issues('feeds.poll'), spans(), 150)).toEqual([
      `1 × feeds.poll UpstreamError: Upstream answered 500  trace ${traceId} matches span run feeds.poll ✓`,
    ])
  })

  it.each([
    ['of another task', issues('feeds.index')],
    ['of another span', issues('feeds.poll', 'ffffffffffffffff')],
  ])('does not accept the trace %s', (_, others) => {
    expect(issueLines(others, spans(), 150)[0]).toContain('does not match span run feeds.poll ✗')
    expect(others.some((issue) => isOnItsRun(issue, spans()))).toBe(false)
  })

  it('shortens titles and ids, but never the result of the comparison', () => {
    expect(issueLines(issues('feeds.poll'), spans(), 80)).toEqual([
      '1 × feeds.poll UpstreamError: Ups…  trace 0af76519 matches span run feeds.poll ✓',
    ])
  })

  it('says that no span of the trace has arrived', () => {
    expect(issueLines(issues('feeds.poll'), new SpanStore(), 150)[0]).toContain('has no span yet ✗')
  })

  it('expects no span for an event about a whole task', () => {
    const [line] = issueLines(issues('feeds.poll', spanId, 'parked'), new SpanStore(), 150)

    expect(line).toContain('about no single run')
  })
})
