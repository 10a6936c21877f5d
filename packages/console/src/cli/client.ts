import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Problem } from '../api/types.ts'

/** How to reach a console. */
export interface Target {
  /** The address of the console, or the path of its unix socket. */
  readonly url: string
  readonly token: string | undefined
}

/** The command can't go on: shown without a stack, and ends with this exit code. */
export class CliError extends Error {
  readonly exitCode: 1 | 2
  constructor(message: string, exitCode: 1 | 2) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Talks to the API of a console. */
export class Client {
  readonly #target: Target

  constructor(target: Target) {
    this.#target = target
  }

  async read<Answer>(path: string): Promise<Answer> {
    return this.#answer(await this.#send('GET', path))
  }

  async write<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#answer(await this.#send('POST', path, JSON.stringify(body)), 409)
  }

  /** The messages of the stream, until it ends. */
  async *stream(path: string): AsyncGenerator<{ readonly name: string; readonly data: unknown }> {
    const response = await this.#send('GET', path)
    if (response.statusCode !== 200) await this.#answer(response)
    let waiting = ''
    for await (const chunk of response.setEncoding('utf8')) {
      waiting += String(chunk)
      const messages = waiting.split('\n\n')
      waiting = messages.pop() ?? ''
      for (const text of messages) {
        const name = /^event: (.+)$/m.exec(text)?.[1]
        const data = /^data: (.+)$/m.exec(text)?.[1]
        if (name !== undefined && data !== undefined) yield { name, data: JSON.parse(data) as unknown }
      }
    }
  }

  async #answer<Answer>(response: IncomingMessage, alsoFine?: number): Promise<Answer> {
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
    const status = response.statusCode ?? 0
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch {
      throw new CliError(
        `${this.#target.url} answered ${status}, but not as a Runwell console. Is the address right?`,
        2,
      )
    }
    if (status === 200 || status === alsoFine) return body as Answer
    const { error, cure } = body as Partial<Problem>
    throw new CliError([error ?? `The console answered ${status}.`, cure].filter(Boolean).join(' '), 2)
  }

  #send(method: string, path: string, body?: string): Promise<IncomingMessage> {
    const { url, token } = this.#target
    const isSocket = !/^https?:\/\//.test(url)
    const base = isSocket ? 'http://localhost/' : url.replace(/#.*$/, '').replace(/\/?$/, '/')
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'x-runwell': '1' }),
    }
    const send = base.startsWith('https:') ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const options = { method, headers, ...(isSocket ? { socketPath: url } : {}) }
      const request = send(new URL(`api/v1/${path}`, base), options, resolve)
      request.on('error', (error: NodeJS.ErrnoException) =>
        reject(
          new CliError(
            `Could not reach a console at ${url}: ${error.code ?? error.message}. Is the process running?`,
            2,
          ),
        ),
      )
      request.end(body)
    })
  }
}

/** Splits an address as a console prints it: the token is in its fragment. */
export function targetOf(url: string, token: string | undefined): Target {
  const [address = '', fragment = ''] = url.split('#', 2)
  return { url: address, token: token ?? /^token=(.+)$/.exec(fragment)?.[1] }
}
