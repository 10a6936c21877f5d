import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import type { NodeOptions } from '@sentry/node'

/**
 * For `transportOptions`: the SDK's HTTP transport with a single connection, so that requests arrive in order. By
 * default it opens several, and requests overtake each other.
 */
export function orderedTransport(): NonNullable<NodeOptions['transportOptions']> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    httpModule: {
      request: (options, callback) =>
        // The cast is needed because `statusCode` may be `undefined` in Node's response type, but not in the SDK's.
        request(
          { ...(options as RequestOptions), agent },
          callback as unknown as (response: IncomingMessage) => void,
        ),
    },
  }
}
