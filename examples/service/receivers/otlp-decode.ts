import { decodeMessage } from './otlp-schema.ts'

export type AttributeValue = string | number | boolean | readonly AttributeValue[] | undefined
export type Attributes = ReadonlyMap<string, AttributeValue>

export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | undefined
  readonly name: string
  readonly startMs: number
  readonly durationMs: number
  readonly attributes: Attributes
  readonly failed: boolean
  readonly message: string
}

/** For a histogram, `value` is the number of recorded values. */
export interface Point {
  readonly metric: string
  readonly attributes: Attributes
  readonly value: number
  /** If true, `value` is the change since the previous point. */
  readonly delta: boolean
}

// In the JSON form of OTLP, a 64-bit number may be a string, because a JavaScript number cannot hold all of them.
interface RawValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string | number
  readonly doubleValue?: number
  readonly arrayValue?: { readonly values?: readonly RawValue[] }
}
type RawAttributes = readonly { readonly key: string; readonly value?: RawValue }[]
interface RawSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name?: string
  readonly startTimeUnixNano?: string
  readonly endTimeUnixNano?: string
  readonly attributes?: RawAttributes
  readonly status?: { readonly code?: number; readonly message?: string }
}
interface RawTraces {
  readonly resourceSpans?: readonly {
    readonly scopeSpans?: readonly { readonly spans?: readonly RawSpan[] }[]
  }[]
}
interface RawPoint {
  readonly attributes?: RawAttributes
  readonly asDouble?: number
  readonly asInt?: string | number
  readonly count?: string | number
}
interface RawPoints {
  readonly dataPoints?: readonly RawPoint[]
  readonly aggregationTemporality?: number
}
interface RawMetric {
  readonly name: string
  readonly gauge?: RawPoints
  readonly sum?: RawPoints
  readonly histogram?: RawPoints
}
interface RawMetrics {
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics?: readonly { readonly metrics?: readonly RawMetric[] }[]
  }[]
}

export type Encoding = 'protobuf' | 'json'

export function decodeSpans(bytes: Buffer, encoding: Encoding): Span[] {
  const raw = decode('Traces', bytes, encoding) as RawTraces
  return (raw.resourceSpans ?? [])
    .flatMap(({ scopeSpans = [] }) => scopeSpans)
    .flatMap(({ spans = [] }) => spans)
    .map((span) => toSpan(span, encoding))
}

export function decodePoints(bytes: Buffer, encoding: Encoding): Point[] {
  const raw = decode('Metrics', bytes, encoding) as RawMetrics
  return (raw.resourceMetrics ?? [])
    .flatMap(({ scopeMetrics = [] }) => scopeMetrics)
    .flatMap(({ metrics = [] }) => metrics)
    .flatMap(toPoints)
}

function decode(type: 'Traces' | 'Metrics', bytes: Buffer, encoding: Encoding): unknown {
  return encoding === 'json' ? JSON.parse(bytes.toString('utf8')) : decodeMessage(type, bytes)
}

function toSpan(raw: RawSpan, encoding: Encoding): Span {
  const startMs = Number(raw.startTimeUnixNano ?? 0) / 1e6
  const id = (text: string) => (encoding === 'json' ? text : Buffer.from(text, 'base64').toString('hex'))
  return {
    traceId: id(raw.traceId),
    spanId: id(raw.spanId),
    parentId: raw.parentSpanId ? id(raw.parentSpanId) : undefined,
    name: raw.name ?? '',
    startMs,
    durationMs: Number(raw.endTimeUnixNano ?? 0) / 1e6 - startMs,
    attributes: toAttributes(raw.attributes),
    failed: raw.status?.code === 2,
    message: raw.status?.message ?? '',
  }
}

function toPoints(metric: RawMetric): Point[] {
  const points = metric.gauge ?? metric.sum ?? metric.histogram
  return (points?.dataPoints ?? []).map((point) => ({
    metric: metric.name,
    attributes: toAttributes(point.attributes),
    value: Number(point.asDouble ?? point.asInt ?? point.count ?? 0),
    delta: points?.aggregationTemporality === 1,
  }))
}

function toAttributes(raw: RawAttributes = []): Attributes {
  return new Map(raw.map(({ key, value }) => [key, toValue(value)]))
}

function toValue(value: RawValue | undefined): AttributeValue {
  if (value?.arrayValue) return (value.arrayValue.values ?? []).map(toValue)
  if (value?.intValue !== undefined) return Number(value.intValue)
  return value?.stringValue ?? value?.boolValue ?? value?.doubleValue
}
