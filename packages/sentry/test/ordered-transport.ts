import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import type { NodeOptions } from '@sentry/node'

/** Limits the SDK to one HTTP connection, so that requests arrive in order. */
export function orderedTransport(): NonNullable<NodeOptions['transportOptions']> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    httpModule: {
      request: (options, callback) =>
        // In Node's type, unlike the SDK's, `statusCode` may be `undefined`.
        request(
          { ...(options as RequestOptions), agent },
          callback as unknown as (response: IncomingMessage) => void,
        ),
    },
  }
}
