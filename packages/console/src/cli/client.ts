import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { span } from '../api/span.ts'
import type { Problem } from '../api/types.ts'

export interface Target {
  /** The URL of the console. It ends with a slash. */
  readonly url: string
  readonly token: string | undefined
  /** The unix socket to connect to, instead of a host. */
  readonly socketPath: string | undefined
}

export interface StreamMessage {
  readonly name: string
  readonly id: string | undefined
  readonly data: unknown
}

export class CliError extends Error {
  /** The HTTP status of the console's answer, if it has answered. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

/**
 * Without a timeout, the command could wait forever: a blocked process accepts the connection, but does not answer.
 */
const defaultTimeoutMs = 10_000

export class Client {
  readonly #target: Target
  readonly #timeoutMs: number

  constructor(target: Target, timeoutMs = defaultTimeoutMs) {
    this.#target = target
    this.#timeoutMs = timeoutMs
  }

  async read<Answer>(path: string): Promise<Answer> {
    return this.#answer(await this.#send('GET', path))
  }

  async write<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#answer(await this.#send('POST', path, JSON.stringify(body)), 409)
  }

  async *stream(path: string): AsyncGenerator<StreamMessage> {
    const response = await this.#send('GET', path)
    if (response.statusCode !== 200) await this.#answer(response)
    response.socket.setTimeout(0) // no timeout: while no event happens, the console sends a line only every 15 s
    let waiting = ''
    for await (const chunk of textOf(response)) {
      waiting += chunk
      const messages = waiting.split('\n\n')
      waiting = messages.pop() ?? ''
      for (const text of messages) {
        const name = /^event: (.+)$/m.exec(text)?.[1]
        const data = /^data: (.+)$/m.exec(text)?.[1]
        const id = /^id: (.+)$/m.exec(text)?.[1]
        if (name !== undefined && data !== undefined) yield { name, id, data: JSON.parse(data) as unknown }
      }
    }
  }

  async #answer<Answer>(response: IncomingMessage, alsoFine?: number): Promise<Answer> {
    let text = ''
    for await (const chunk of textOf(response)) text += chunk
    const status = response.statusCode ?? 0
    const body = parsed(text)
    if (body === undefined || response.headers['x-runwell'] === undefined) {
      const { url } = this.#target
      const why =
        status === 401 || status === 403
          ? 'Something in front of the console, such as a proxy or a middleware, asks for a sign-in. The command can send only the token of a console. Create a second console with a `token` for it, such as one with its own port.'
          : 'Use the whole address that the process printed for its console.'
      throw new CliError(`${url} answered ${status}, but not as a Runwell console. ${why}`)
    }
    if (status === 200 || status === alsoFine) return body as Answer
    const { error = `The console answered ${status}.`, cure } = body as Partial<Problem>
    // The console's answer tells how to sign in with a browser. The command needs other advice.
    const ours =
      'Pass the whole address that the process printed at its start, or --token, or set RUNWELL_TOKEN.'
    throw new CliError([error, status === 401 ? ours : cure].filter(Boolean).join(' '), status)
  }

  #send(method: string, path: string, body?: string): Promise<IncomingMessage> {
    const { url, token, socketPath } = this.#target
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'x-runwell': '1' }),
    }
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const options = { method, headers, ...(socketPath === undefined ? {} : { socketPath }) }
      const request = send(new URL(`api/v1/${path}`, url), options, resolve)
      const address = socketPath ?? url
      request.setTimeout(this.#timeoutMs, () =>
        request.destroy(
          new CliError(
            `${address} accepted the connection, but did not answer within ${span(this.#timeoutMs)}. Is the event loop of the process blocked?`,
          ),
        ),
      )
      request.on('error', (error: NodeJS.ErrnoException) => {
        const why = error.code ?? error.message
        const text = `Could not reach a console at ${address}: ${why}. Is the process running? --url and RUNWELL_URL say where.`
        reject(error instanceof CliError ? error : new CliError(text))
      })
      request.end(body)
    })
  }
}

async function* textOf(response: IncomingMessage): AsyncGenerator<string> {
  try {
    for await (const chunk of response.setEncoding('utf8')) yield String(chunk)
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError('The process has closed the connection.')
  }
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Accepts the whole address that a console prints, a short form such as `localhost:4777`, or the path of a
 * unix socket.
 */
export function targetOf(address: string, token: string | undefined): Target {
  if (/^(?:unix:|[./\\])/.test(address)) {
    return { url: 'http://localhost/', token, socketPath: address.replace(/^unix:(?:\/\/)?/, '') }
  }
  const text = /^[a-z][\w+.-]*:\/\//i.test(address) ? address : `http://${address}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CliError(
      `--url must be an address such as http://127.0.0.1:4777/ or the path of a unix socket, got ${address.replace(/#.*/s, '')}`,
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new CliError(
      '--url must not contain a user or a password. Pass the token of the console with --token.',
    )
  }
  const shown = /^#token=([^&]+)/.exec(url.hash)?.[1]
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`
  return { url: `${url.origin}${path}`, token: token ?? shown, socketPath: undefined }
}
