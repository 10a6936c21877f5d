import { type RawData, WebSocket } from 'ws'

/** The connection to the gateway could not be made, or is lost. */
class GatewayError extends Error {
  override readonly name = 'GatewayError'
}

/** A connection that says nothing for so long is taken to be dead. The gateway speaks every 200 ms. */
const SILENCE_MS = 1_500

/**
 * Connects and hands each message to `onMessage`, one after the other, until the connection is lost; then it rejects
 * with a {@link GatewayError}. When `signal` aborts it closes the connection and resolves.
 */
export async function listenToGateway(
  url: string,
  signal: AbortSignal,
  onMessage: (message: { readonly type: string }) => Promise<void>,
): Promise<void> {
  const socket = new WebSocket(url, { handshakeTimeout: 2_000 })
  const lost = untilLost(socket, signal)
  let turn = Promise.resolve()
  socket.on('message', (data: RawData) => {
    // A message that can't be handled counts for itself, as a failed unit, and doesn't end the connection.
    turn = turn.then(() => onMessage(JSON.parse(String(data)) as { type: string })).catch(() => {})
  })
  await lost
  await turn
}

/** Resolves when the signal aborts, rejects when the connection ends in any other way. */
function untilLost(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      resolve()
      socket.terminate()
    }
    const fail = (reason: string) => {
      reject(new GatewayError(reason))
      socket.terminate()
    }
    const silence = setTimeout(() => fail(`Gateway said nothing for ${SILENCE_MS} ms`), SILENCE_MS)
    socket.on('message', () => silence.refresh())
    socket.on('unexpected-response', (_, { statusCode }) => fail(`Gateway refused: ${statusCode}`))
    // Also hears what a socket says that is terminated while it connects.
    socket.on('error', (error) => fail(`Gateway connection broke: ${error.message}`))
    socket.once('close', (code) => {
      clearTimeout(silence)
      signal.removeEventListener('abort', stop)
      fail(`Gateway closed the connection (${code})`)
    })
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
