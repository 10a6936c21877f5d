import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'

/**
 * Takes OTLP over HTTP, and remembers the spans and metrics in it. `decode(path, body)` reads protobuf, and gives what
 * the same request would be in JSON.
 */
export async function startReceiver(decode) {
  const requests = []
  const encodings = new Set()
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const packed = Buffer.concat(chunks)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed
    const encoding = request.headers['content-type']
    encodings.add(encoding)
    requests.push(encoding === 'application/json' ? JSON.parse(body) : decode(request.url, body))
    response.writeHead(200, { 'content-type': encoding })
    response.end(encoding === 'application/json' ? '{}' : undefined)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    encodings,
    requests,
    close: () => server.close(),
  }
}

/** What is wrong with the telemetry of one successful run of `task`, in words; nothing when all of it is there. */
export function wrongs(requests, task) {
  const wrong = []
  const expect = (what, got, wanted) => {
    if (got !== wanted) wrong.push(`${what}: expected ${wanted}, got ${got}`)
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
  const ofTask = (point) => point.attributes['runwell.task.name'] === task
  const ofResult = (result) => (point) =>
    ofTask(point) && point.attributes['runwell.task.run.result'] === result
  const counts = pointsOf(requests, 'runwell.task.runs', 'sum')
  const successes = counts.filter(ofResult('success')).map(({ asInt, asDouble }) => Number(asInt ?? asDouble))
  const failures = counts.filter(ofResult('failure')).map(({ asInt, asDouble }) => Number(asInt ?? asDouble))
  // A counter that begins at 1 hides its first run from increase().
  expect('runwell.task.runs of successes, first', successes[0], 0)
  expect('runwell.task.runs of successes, last', successes.at(-1), 1)
  expect('runwell.task.runs of failures, last', failures.at(-1), 0)
  const durations = pointsOf(requests, 'runwell.task.run.duration', 'histogram').filter(ofTask)
  expect('runwell.task.run.duration, count', Number(durations.at(-1)?.count), 1)
  return wrong
}

function spansOf(requests) {
  return each(requests, 'resourceSpans').flatMap(({ resource, scopeSpans }) =>
    each(scopeSpans, 'spans').map((span) => ({
      ...span,
      attributes: attributesOf(span),
      resource: attributesOf(resource),
    })),
  )
}

/** The points of a metric in the order in which they came. */
function pointsOf(requests, name, kind) {
  return each(each(each(requests, 'resourceMetrics'), 'scopeMetrics'), 'metrics')
    .filter((metric) => metric.name === name)
    .flatMap((metric) => metric[kind]?.dataPoints ?? [])
    .map((point) => ({ ...point, attributes: attributesOf(point) }))
}

function each(parents, key) {
  return (parents ?? []).flatMap((parent) => parent[key] ?? [])
}

function attributesOf({ attributes = [] } = {}) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
