import type { ErrorRate, MetricStore } from '../receivers/metric-store.ts'
import type { OtlpReceiver } from '../receivers/otlp-receiver.ts'
import type { SentryReceiver } from '../receivers/sentry-receiver.ts'
import type { Branch, SpanStore } from '../receivers/span-store.ts'
import type { Telemetry } from '../telemetry.ts'
import { issueLines } from './issues.ts'
import { brief, clip, type Paint, percent } from './paint.ts'

export interface Panel {
  readonly numbers: string[]
  readonly trace: string[]
  readonly issues: string[]
}

export function panelOf({ otlp, sentry }: Telemetry, width: number, paint: Paint): Panel {
  return {
    numbers: otlp.receiver
      ? numberLines(otlp.receiver, width, paint)
      : [title('OTLP', `goes to ${otlp.target}`, width, paint)],
    trace: otlp.receiver ? traceLines(otlp.receiver.spans, width, paint) : [],
    issues: sentry.receiver
      ? sentryLines(sentry.receiver, otlp.receiver?.spans, width, paint)
      : [title('Sentry', `goes to ${sentry.target}`, width, paint)],
  }
}

export function panelLines(telemetry: Telemetry, width: number, paint: Paint): string[] {
  const { numbers, trace, issues } = panelOf(telemetry, width, paint)
  return [...numbers, ...trace, ...issues]
}

function numberLines({ spans, metrics, received }: OtlpReceiver, width: number, paint: Paint): string[] {
  const { requests, bytes, encodings } = received
  const how = `${requests} requests, ${Math.round(bytes / 1_024)} KB of ${[...encodings].join(' and ')}`
  return [
    title('Spans by task', `decoded from OTLP: ${spans.total} in ${how}`, width, paint),
    ...wrap(countsByTask(spans), width),
    title('Error rate', metricsText(metrics), width, paint),
    ...wrap(metrics.errorRates().map(rateText), width),
  ]
}

function traceLines(spans: SpanStore, width: number, paint: Paint): string[] {
  return [
    title('Last trace', spans.lastTrace()[0]?.span.traceId ?? 'none yet', width, paint),
    ...spans.lastTrace().map((branch) => traceLine(branch, width, paint)),
  ]
}

function sentryLines(
  { store }: SentryReceiver,
  spans: SpanStore | undefined,
  width: number,
  paint: Paint,
): string[] {
  const { events, issues } = store
  return [
    title('Sentry issues', `${issues.length} from ${events} events in envelopes`, width, paint),
    ...issueLines(issues, spans, width - 2).map((line) => `  ${line}`),
  ]
}

function title(name: string, detail: string, width: number, paint: Paint): string {
  const text = clip(detail, Math.max(0, width - name.length - 2))
  return `${paint('bold', name)}  ${paint('dim', text)}`
}

function countsByTask(spans: SpanStore): string[] {
  return [...spans.byTask]
    .sort(([, one], [, other]) => other - one)
    .map(([task, count]) => `${task} ${count}`)
}

function metricsText({ size }: MetricStore): string {
  return `from the metrics alone: ${size.metrics} metrics, ${size.series} series`
}

function rateText({ task, failed, runs }: ErrorRate): string {
  return `${task} ${percent(failed / runs)} (${failed} of ${runs})`
}

function traceLine({ span, depth }: Branch, width: number, paint: Paint): string {
  const indent = depth === 0 ? '' : `${'   '.repeat(depth - 1)}└─ `
  const failure = span.failed ? `  ${span.message || 'failed'}` : ''
  const line = clip(`${indent}${span.name}  ${brief(span.durationMs)}${failure}`, width - 2)
  return `  ${span.failed ? paint('red', line) : line}`
}

function wrap(texts: readonly string[], width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const text of texts) {
    const longer = line === '' ? `  ${text}` : `${line} · ${text}`
    if (longer.length <= width) line = longer
    else {
      if (line !== '') lines.push(line)
      line = clip(`  ${text}`, width)
    }
  }
  return line === '' ? lines : [...lines, line]
}
