export interface Export {
  readonly resourceSpans?: readonly {
    readonly resource?: Attributed
    readonly scopeSpans?: readonly { readonly spans?: readonly Span[] }[]
  }[]
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics?: readonly { readonly metrics?: readonly Metric[] }[]
  }[]
}

interface Attributed {
  readonly attributes?: readonly { readonly key: string; readonly value: object }[]
}

interface Span extends Attributed {
  readonly name: string
  readonly traceId?: string
  readonly parentSpanId?: string
}

interface Metric {
  readonly name: string
  readonly sum?: { readonly dataPoints?: readonly Point[] }
  readonly histogram?: { readonly dataPoints?: readonly Point[] }
}

interface Point extends Attributed {
  readonly asInt?: string | number
  readonly asDouble?: number
  readonly count?: string | number
}

export function findFaults(requests: readonly Export[], task: string): readonly string[] {
  const faults: string[] = []
  const expect = (what: string, got: unknown, wanted: unknown) => {
    if (got !== wanted) faults.push(`${what}: expected ${wanted}, got ${got}`)
  }
  const runs = spansOf(requests).filter(({ name }) => name === `run ${task}`)
  expect(`spans named "run ${task}"`, runs.length, 1)
  for (const { attributes, resource, traceId, parentSpanId } of runs) {
    expect("the span's task", attributes['runwell.task.name'], task)
    expect("the span's result", attributes['runwell.task.run.result'], 'success')
    expect("the span's service", resource['service.name'], 'matrix')
    expect("the span's parent", parentSpanId || undefined, undefined)
    expect("the span's trace", typeof traceId === 'string' && traceId !== '', true)
  }

  const counts = pointsOf(requests, 'runwell.task.runs', 'sum', task)
  const runsOf = (result: string) =>
    counts
      .filter(({ attributes }) => attributes['runwell.task.run.result'] === result)
      .map(({ asInt, asDouble }) => Number(asInt ?? asDouble))
  // If a counter began at 1, `increase()` of Prometheus would not count the first run.
  expect('runwell.task.runs of successes, first', runsOf('success')[0], 0)
  expect('runwell.task.runs of successes, last', runsOf('success').at(-1), 1)
  expect('runwell.task.runs of failures, last', runsOf('failure').at(-1), 0)
  const durations = pointsOf(requests, 'runwell.task.run.duration', 'histogram', task)
  expect('runwell.task.run.duration, count', Number(durations.at(-1)?.count), 1)
  return faults
}

function spansOf(requests: readonly Export[]) {
  return requests
    .flatMap(({ resourceSpans = [] }) => resourceSpans)
    .flatMap(({ resource, scopeSpans = [] }) =>
      scopeSpans
        .flatMap(({ spans = [] }) => spans)
        .map((span) => ({ ...span, attributes: attributesOf(span), resource: attributesOf(resource) })),
    )
}

function pointsOf(requests: readonly Export[], name: string, kind: 'sum' | 'histogram', task: string) {
  return requests
    .flatMap(({ resourceMetrics = [] }) => resourceMetrics)
    .flatMap(({ scopeMetrics = [] }) => scopeMetrics)
    .flatMap(({ metrics = [] }) => metrics)
    .filter((metric) => metric.name === name)
    .flatMap((metric) => metric[kind]?.dataPoints ?? [])
    .map((point) => ({ ...point, attributes: attributesOf(point) }))
    .filter(({ attributes }) => attributes['runwell.task.name'] === task)
}

function attributesOf({ attributes = [] }: Attributed = {}): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
