import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { probeHandler, type Supervisor } from '@runwell/core'
import { close, listen } from './loopback.ts'
import { UsageError } from './options.ts'

export interface Api {
  readonly url: string
  /** Accepts no more requests. Requests in progress get one second to finish. */
  close(): Promise<void>
}

export interface Work {
  /** Starts a report. Returns the id of its run, or `undefined` while the service starts or stops. */
  requestReport(): string | undefined
}

type Handler = (response: ServerResponse) => void

export async function startApi(port: number, supervisor: Supervisor, work: Work): Promise<Api> {
  const probes = probeHandler(supervisor)
  const routes: Readonly<Record<string, Handler>> = {
    'POST /reports': (response) => {
      const runId = work.requestReport()
      if (runId) send(response, 202, { runId })
      else send(response, 503, { error: 'not available while the service starts or stops' })
    },
    'POST /reload': (response) => {
      void supervisor.task('feeds.reload')?.trigger()
      send(response, 202, { task: 'feeds.reload' })
    },
    'GET /tasks': (response) => send(response, 200, supervisor.report()),
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (/^\/(livez|readyz|startupz)$/.test(pathname)) return probes(request, response)
    const route = routes[`${request.method} ${pathname}`]
    if (route) return route(response)
    send(response, 404, {
      error: 'not found',
      routes: [...Object.keys(routes), 'GET /livez /readyz /startupz'],
    })
  })
  const taken = await listen(server, port).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(refusal(port, error))
  })
  return { url: `http://127.0.0.1:${taken}`, close: () => close(server, 1_000) }
}

function refusal(port: number, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} is in use. Choose another one with --port, or use --port 0 for any free port.`
  }
  if (error.code === 'EACCES') return `This user may not use port ${port}. Choose another one with --port.`
  return `Can't use port ${port}: ${error.message}.`
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(body, undefined, 2)}\n`)
}
