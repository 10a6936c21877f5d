import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ProbedSupervisor, probeHandler } from '@runwell/core'

/** The response to a probe. */
export interface ProbeResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** `undefined` for HEAD. */
  readonly body: string | undefined
}

/**
 * Returns a function that responds to probes, for frameworks whose handlers do not write to a response of `node:http`.
 * The function returns `undefined` for other requests.
 */
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
    // `probeHandler` needs only these fields of a request, and only the two methods above of a response.
    const request: Partial<IncomingMessage> = { method, url }
    const isProbe = handle(request as IncomingMessage, response as unknown as ServerResponse)
    return isProbe ? { status, headers, body } : undefined
  }
}
