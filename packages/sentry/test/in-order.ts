import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import type { NodeOptions } from '@sentry/node'

/**
 * For `transportOptions`: the SDK's own HTTP transport over one connection, so that what it sends arrives in that order.
 * By default it opens several, and requests overtake each other.
 */
export function inOrder(): NonNullable<NodeOptions['transportOptions']> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    httpModule: {
      request: (options, callback) =>
        // The SDK's type of a response is a cut of Node's, with a status that is always there.
        request(
          { ...(options as RequestOptions), agent },
          callback as unknown as (response: IncomingMessage) => void,
        ),
    },
  }
}
