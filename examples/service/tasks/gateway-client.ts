import { type RawData, WebSocket } from 'ws'

class GatewayError extends Error {
  override readonly name = 'GatewayError'
}

/** After this time without a message, the connection counts as lost. The gateway sends a message every 200 ms. */
const SILENCE_MS = 1_500

/** Rejects with a {@link GatewayError} when the connection is lost. Resolves when `signal` aborts. */
export async function listenToGateway(
  url: string,
  signal: AbortSignal,
  onMessage: (message: { readonly type: string }) => Promise<void>,
): Promise<void> {
  const socket = new WebSocket(url, { handshakeTimeout: 2_000 })
  const lost = untilLost(socket, signal)
  let turn = Promise.resolve()
  socket.on('message', (data: RawData) => {
    // An error in `onMessage` does not end the connection.
    turn = turn.then(() => onMessage(JSON.parse(String(data)) as { type: string })).catch(() => {})
  })
  await lost
  await turn
}

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
    const silence = setTimeout(() => fail(`Gateway sent no message for ${SILENCE_MS} ms`), SILENCE_MS)
    socket.on('message', () => silence.refresh())
    socket.on('unexpected-response', (_, { statusCode, statusMessage }) =>
      fail(`Gateway ${socket.url} refused: ${statusCode} ${statusMessage}`),
    )
    // `stop` may terminate a socket that is not connected yet. Without this listener, its error would end the
    // process.
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
