import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import type { NodeOptions } from '@sentry/node'

/** Requests arrive in order, because the SDK has only one HTTP connection. */
export function orderedTransport(): NonNullable<NodeOptions['transportOptions']> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    httpModule: {
      request: (options, callback) =>
        // The cast is needed because `statusCode` may be `undefined` in Node's type, but not in the SDK's type.
        request(
          { ...(options as RequestOptions), agent },
          callback as unknown as (response: IncomingMessage) => void,
        ),
    },
  }
}
