import type { Issue } from '../receivers/issue-store.ts'
import { type SpanStore, taskOf } from '../receivers/span-store.ts'
import { clip } from './paint.ts'

const TASK = 'runwell.task'
const KIND = 'runwell.kind'

const MIN_TITLE = 30

export function issueLines(issues: readonly Issue[], spans: SpanStore | undefined, width: number): string[] {
  return issues.map((issue) => {
    const where = traceText(issue, spans, width < 140 ? 8 : 32)
    const title = `${issue.count} × ${taskIn(issue)} ${issue.title}`
    return clip(`${clip(title, Math.max(MIN_TITLE, width - where.length - 2))}  ${where}`, width)
  })
}

export function isOfRun({ tags }: Issue): boolean {
  return tags.get(KIND) === 'failure'
}

export function isOnItsRun(issue: Issue, spans: SpanStore): boolean {
  const root = issue.traceId === undefined ? undefined : spans.root(issue.traceId)
  return root !== undefined && root.spanId === issue.spanId && taskOf(root) === taskIn(issue)
}

function taskIn({ tags }: Issue): string {
  return tags.get(TASK) ?? 'no task'
}

function traceText(issue: Issue, spans: SpanStore | undefined, digits: number): string {
  if (issue.traceId === undefined) return 'without a trace'
  const trace = `trace ${issue.traceId.slice(0, digits)}`
  if (!spans) return trace
  const root = spans.root(issue.traceId)
  if (!root) return isOfRun(issue) ? `${trace} has no span yet ✗` : 'about no single run'
  const does = isOnItsRun(issue, spans)
  return `${trace} ${does ? 'matches' : 'does not match'} span ${root.name} ${does ? '✓' : '✗'}`
}
