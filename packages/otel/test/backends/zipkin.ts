import { eventually, expect, getJson } from './check.ts'
import type { Stack } from './stack.ts'

interface Span {
  readonly traceId: string
  readonly id: string
  readonly parentId?: string
  readonly name: string
  readonly kind?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly annotations?: readonly { readonly value: string }[]
}
type Trace = readonly Span[]

const run = 'run orders.import'

export async function zipkinRuns({ zipkin }: Stack): Promise<string> {
  const traces = await eventually('three runs in Zipkin', 60_000, async () => {
    const found = await search(zipkin, run)
    return found.length >= 3 ? found : undefined
  })
  for (const trace of traces) {
    const [span, ...others] = trace.filter(({ name }) => name === run)
    expect(span !== undefined && others.length === 0, `${others.length + 1} runs in a trace`)
    expect(span.parentId === undefined, `run ${span.id} has the parent ${span.parentId}`)
    expect(span.tags?.['runwell.task.name'] === 'orders.import', `tags ${JSON.stringify(span.tags)}`)
    expect(span.tags['runwell.task.run.result'] === 'success', `tags ${JSON.stringify(span.tags)}`)
  }
  return `${traces.length} runs, each the root of its own trace`
}

/** Zipkin has no links, so the Collector writes each link into a tag of the span. */
export async function zipkinLinks({ zipkin }: Stack): Promise<string> {
  return eventually(
    'a run with links to the run before and to the supervisor in Zipkin',
    60_000,
    async () => {
      const traces = await search(zipkin, run)
      const known = new Set(traces.flat().map(({ traceId, id }) => `${traceId}|${id}`))
      const links = traces.flat().flatMap(linksOf)
      const previous = links.filter(({ to, type }) => type === 'previous_run' && known.has(to))
      const supervisor = links.filter(({ to, type }) => type === 'supervisor' && !known.has(to))
      if (previous.length === 0 || supervisor.length === 0) return undefined
      return `${previous.length} links to the run before, ${supervisor.length} to the supervisor`
    },
  )
}

function linksOf({ tags = {} }: Span): readonly { readonly to: string; readonly type: unknown }[] {
  const texts = Object.entries(tags).filter(([key]) => key.startsWith('otlp.link.'))
  return texts.map(([, text]) => {
    const [trace, span, , attributes = '{}'] = text.split('|')
    return { to: `${trace}|${span}`, type: JSON.parse(attributes)['runwell.link.type'] }
  })
}

export async function zipkinChildren({ zipkin }: Stack): Promise<string> {
  const pairs = await eventually('a run with a unit in Zipkin', 60_000, async () => {
    const traces = await search(zipkin, 'run search.index')
    const found = traces.flatMap((trace) => {
      const parent = trace.find(({ name }) => name === 'run search.index')
      const child = trace.find(({ name }) => name === 'unit search.index shard')
      return parent && child ? [{ parent, child }] : []
    })
    return found.length > 0 ? found : undefined
  })
  for (const { parent, child } of pairs) {
    expect(child.parentId === parent.id, `the unit's parent is ${child.parentId}, not ${parent.id}`)
  }
  return `${pairs.length} units, each the child of its run`
}

export async function zipkinErrors({ zipkin }: Stack): Promise<string> {
  const [trace = []] = await eventually('a failed run in Zipkin', 60_000, async () => {
    const found = await search(zipkin, run, 'error')
    return found.length > 0 ? found : undefined
  })
  const span = trace.find(({ name }) => name === run)
  expect(span?.tags?.['error.type'] === 'UpstreamError', `tags ${JSON.stringify(span?.tags)}`)
  const values = (span?.annotations ?? []).map(({ value }) => value).join('; ')
  expect(values.includes('The upstream answered 503'), `no exception in ${values}`)
  return `error=${span?.tags?.['error']}, error.type=UpstreamError and the exception`
}

export async function sameTraces({ jaeger, zipkin }: Stack): Promise<string> {
  const inZipkin = await search(zipkin, run)
  const ids = inZipkin.slice(0, 5).map(([span]) => span?.traceId ?? '')
  expect(ids.length > 0, 'no trace in Zipkin')
  for (const id of ids) {
    await eventually(`trace ${id} in Jaeger`, 60_000, async () => {
      const { data } = (await getJson(`${jaeger}/api/traces/${id}`)) as { readonly data: readonly unknown[] }
      return data.length === 1 ? true : undefined
    })
  }
  return `${ids.length} traces of Zipkin are in Jaeger, too`
}

async function search(zipkin: string, spanName: string, annotationQuery = ''): Promise<readonly Trace[]> {
  const query = new URLSearchParams({ serviceName: 'shop', spanName, limit: '200', lookback: '3600000' })
  if (annotationQuery) query.set('annotationQuery', annotationQuery)
  return (await getJson(`${zipkin}/api/v2/traces?${query}`)) as readonly Trace[]
}
