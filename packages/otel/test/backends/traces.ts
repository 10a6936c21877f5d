import { eventually, expect, getJson } from './check.ts'
import type { Stack } from './stack.ts'

interface Tag {
  readonly key: string
  readonly value: unknown
}

interface Span {
  readonly traceID: string
  readonly spanID: string
  readonly operationName: string
  readonly references: readonly {
    readonly refType: string
    readonly traceID: string
    readonly spanID: string
  }[]
  readonly tags: readonly Tag[]
  readonly logs: readonly { readonly fields: readonly Tag[] }[]
}

interface Trace {
  readonly traceID: string
  readonly spans: readonly Span[]
}

export async function tracePerRun({ jaeger }: Stack): Promise<string> {
  const traces = await eventually('three traces in Jaeger', 30_000, async () => {
    const found = await search(jaeger, 'run orders.import')
    return found.length >= 3 ? found : undefined
  })
  const runIds = new Set<unknown>()
  for (const trace of traces) {
    const roots = trace.spans.filter(({ operationName }) => operationName === 'run orders.import')
    const [run] = roots
    expect(roots.length === 1 && run !== undefined, `${roots.length} runs in trace ${trace.traceID}`)
    expect(!run.references.some(({ refType }) => refType === 'CHILD_OF'), 'the run has a parent')
    const wrong = Object.entries(wanted).filter(([key, value]) => tag(run, key) !== value)
    expect(wrong.length === 0, `tags ${JSON.stringify(wrong)} are not in ${JSON.stringify(run.tags)}`)
    runIds.add(tag(run, 'runwell.task.run.id'))
  }
  expect(runIds.size === traces.length, `${traces.length} traces of ${runIds.size} runs`)
  return `${traces.length} runs, each its own trace, with ${Object.keys(wanted).length + 1} tags`
}

const wanted = {
  'runwell.task.name': 'orders.import',
  'runwell.task.owner': 'orders',
  'runwell.task.category': 'poller',
  'runwell.task.priority': 'high',
  'runwell.task.trigger': 'schedule',
  'runwell.task.run.result': 'success',
  'span.kind': 'internal',
}

export async function references({ jaeger }: Stack): Promise<string> {
  const traces = await search(jaeger, 'run orders.import')
  const known = new Set(traces.map(({ traceID }) => traceID))
  const referred = traces
    .flatMap(({ spans }) => spans)
    .filter(({ operationName }) => operationName === 'run orders.import')
    .map(({ references: refs }) => refs.filter(({ refType }) => refType === 'FOLLOWS_FROM'))
  const toPrevious = referred.filter((refs) => refs.some(({ traceID }) => known.has(traceID)))
  const toOthers = referred.filter((refs) => refs.some(({ traceID }) => !known.has(traceID)))
  expect(toPrevious.length > 0, 'no run refers to the run before')
  expect(toOthers.length > 0, 'no run refers to the supervisor')
  return `${toPrevious.length} refer to the run before, ${toOthers.length} to the supervisor`
}

export async function children({ jaeger }: Stack): Promise<string> {
  const pairs = await eventually('a run with a unit in Jaeger', 60_000, async () => {
    const traces = await search(jaeger, 'run search.index')
    const found = traces.flatMap(({ spans }) => {
      const parent = spans.find(({ operationName }) => operationName === 'run search.index')
      const child = spans.find(({ operationName }) => operationName === 'unit search.index shard')
      return parent && child ? [{ parent, child }] : []
    })
    return found.length > 0 ? found : undefined
  })
  for (const { parent, child } of pairs) {
    const up = child.references.find(({ refType }) => refType === 'CHILD_OF')
    expect(up?.spanID === parent.spanID, `the unit's parent is ${up?.spanID}, not ${parent.spanID}`)
  }
  return `${pairs.length} units, each the child of its run`
}

export async function errorFlag({ jaeger }: Stack): Promise<string> {
  const [trace] = await eventually('a failed run in Jaeger', 30_000, async () => {
    const found = await search(jaeger, 'run orders.import', { error: 'true' })
    return found.length > 0 ? found : undefined
  })
  const run = trace?.spans.find(({ operationName }) => operationName === 'run orders.import')
  expect(run !== undefined, 'the trace has no run')
  expect(tag(run, 'error') === true, 'error is not true')
  expect(tag(run, 'otel.status_code') === 'ERROR', `status is ${tag(run, 'otel.status_code')}`)
  expect(tag(run, 'error.type') === 'UpstreamError', `error.type is ${tag(run, 'error.type')}`)
  expect(tag(run, 'runwell.task.run.result') === 'failure', 'result is no failure')
  const logged = run.logs.flatMap(({ fields }) => fields).map(({ value }) => value)
  expect(logged.includes('The upstream answered 503'), `no exception in ${JSON.stringify(run.logs)}`)
  return 'error=true, otel.status_code=ERROR, error.type=UpstreamError and the exception'
}

export async function loopSpans({ jaeger }: Stack): Promise<string> {
  const units = await eventually('units of the loop in Jaeger', 30_000, async () => {
    const found = await search(jaeger, 'unit mails.send mail')
    return found.length >= 2 ? found : undefined
  })
  const starts = await search(jaeger, 'start mails.send')
  expect(starts.length === 1, `${starts.length} starts of the loop`)
  const restarts = await eventually('a restart in Jaeger', 40_000, async () => {
    const found = await search(jaeger, 'restart stock.listen')
    return found.length > 0 ? found : undefined
  })
  return `${units.length} units, 1 start, ${restarts.length} restarts`
}

async function search(jaeger: string, operation: string, tags?: object): Promise<readonly Trace[]> {
  const query = new URLSearchParams({ service: 'shop', operation, limit: '200', lookback: '1h' })
  if (tags) query.set('tags', JSON.stringify(tags))
  const { data } = (await getJson(`${jaeger}/api/traces?${query}`)) as { readonly data: readonly Trace[] }
  return data
}

function tag(span: Span, key: string): unknown {
  return span.tags.find((one) => one.key === key)?.value
}
