import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ProbedSupervisor, probeHandler } from '@runwell/core'

export interface ProbeResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** `undefined` for a HEAD request. */
  readonly body: string | undefined
}

export function probeResponses(
  supervisor: ProbedSupervisor,
): (method: string, path: string) => ProbeResponse | undefined {
  const handle = probeHandler(supervisor)
  return (method, url) => {
    let status = 0
    let headers: Record<string, string> = {}
    let body: string | undefined
    const response = {
      writeHead(code: number, given: Readonly<Record<string, unknown>>) {
        status = code
        headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))
      },
      end(text?: string) {
        body = text
      },
    }
    // `probeHandler` uses no other fields of a request.
    const request: Partial<IncomingMessage> = { method, url }
    const isProbe = handle(request as IncomingMessage, response as unknown as ServerResponse)
    return isProbe ? { status, headers, body } : undefined
  }
}
