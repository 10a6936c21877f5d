import type { Issue } from '../receivers/issue-store.ts'
import { type SpanStore, taskOf } from '../receivers/span-store.ts'

/** The tag by which an event names its task. */
const TASK = 'runwell.task'

/**
 * One line for each issue, the most frequent first. Where `spans` are at hand it says whether the trace of the newest
 * event is that of a run of its task.
 */
export function issueLines(issues: readonly Issue[], spans: SpanStore | undefined): string[] {
  return issues.map(
    (issue) => `${issue.count} × ${issue.title} (${taskIn(issue)}) ${traceText(issue, spans)}`,
  )
}

/** Whether the newest event of `issue` bears the trace and the span of a run of the same task. */
export function isOnItsRun(issue: Issue, spans: SpanStore): boolean {
  const root = issue.traceId === undefined ? undefined : spans.root(issue.traceId)
  return root !== undefined && root.spanId === issue.spanId && taskOf(root) === taskIn(issue)
}

function taskIn({ tags }: Issue): string {
  return tags.get(TASK) ?? 'no task'
}

function traceText(issue: Issue, spans: SpanStore | undefined): string {
  if (issue.traceId === undefined) return 'without a trace'
  const trace = `trace ${issue.traceId}`
  if (!spans) return trace
  const root = spans.root(issue.traceId)
  if (!root) return `${trace} has no span yet ✗`
  const does = isOnItsRun(issue, spans)
  return `${trace} ${does ? 'matches' : 'does not match'} span ${root.name} ${does ? '✓' : '✗'}`
}
