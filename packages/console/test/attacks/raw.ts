import { connect } from 'node:net'

export interface RawAnswer {
  /** 0 if there was no answer. */
  readonly status: number
  readonly headers: string
  readonly body: string
}

/** Sends a text unchanged, even if it is not valid HTTP. @param waitMs - how long to wait for an answer */
export function sendRaw(port: number, text: string, waitMs = 5_000): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    const finish = (): void => {
      socket.destroy()
      const [headers = '', ...body] = received.split('\r\n\r\n')
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(headers)?.[1] ?? 0)
      resolve({ status, headers, body: body.join('\r\n\r\n') })
    }
    socket.setTimeout(waitMs, finish)
    socket.on('data', (data) => {
      received += data.toString()
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? Number.NaN)
      const isWhole = /transfer-encoding: chunked/i.test(received)
        ? received.endsWith('0\r\n\r\n')
        : received.split('\r\n\r\n').slice(1).join('\r\n\r\n').length >= length
      if (isWhole) finish()
    })
    socket.on('error', finish)
    socket.on('close', finish)
  })
}

export function requestText(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): string {
  const all = { host: 'localhost', connection: 'close', ...headers }
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries({ ...all, ...length }).map(([name, value]) => `${name}: ${value}`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body ?? ''}`
}
