import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'

/**
 * Takes OTLP over HTTP and remembers the bodies. Names are found in them as they are, in JSON and in protobuf alike, so
 * nothing has to be decoded.
 */
export async function startReceiver() {
  const bodies = { '/v1/traces': '', '/v1/metrics': '' }
  const encodings = new Set()
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const packed = Buffer.concat(chunks)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed
    bodies[request.url] += body.toString('latin1')
    encodings.add(request.headers['content-type'])
    response.writeHead(200, { 'content-type': request.headers['content-type'] })
    response.end(request.headers['content-type'] === 'application/json' ? '{}' : undefined)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    encodings,
    /** What has not come in of the run of `task`, in words. */
    missing(task) {
      const wanted = [
        ['/v1/traces', `run ${task}`],
        ['/v1/traces', 'runwell.task.run.result'],
        ['/v1/metrics', task],
        ['/v1/metrics', 'runwell.task.runs'],
        ['/v1/metrics', 'runwell.task.run.duration'],
      ]
      return wanted.filter(([path, name]) => !bodies[path].includes(name)).map((pair) => pair.join(' '))
    },
    close: () => server.close(),
  }
}
