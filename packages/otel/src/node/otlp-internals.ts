/** Internal members of OTLP exporters, the same in all supported versions. */
interface OtlpExporter {
  readonly _delegate?: {
    readonly _responseHandler?: { handleResponse?(response: unknown): void }
    readonly _transport?: {
      retry?(data: unknown, timeoutMs: number, waitMs: number): Promise<SendResult>
      readonly _transport?: Transport
    }
  }
}

interface Transport {
  send(data: unknown, timeoutMs: number): Promise<SendResult>
}

interface SendResult {
  readonly status: string
  readonly error?: unknown
}

export function onResponse(exporter: object, hear: (response: unknown) => void): void {
  const handler = (exporter as OtlpExporter)._delegate?._responseHandler
  if (typeof handler?.handleResponse !== 'function') return
  const handle = handler.handleResponse.bind(handler)
  handler.handleResponse = (response) => {
    hear(response)
    handle(response)
  }
}

export class FlushState {
  readonly #listeners = new Set<() => void>()
  #flushes = 0

  get isFlushing(): boolean {
    return this.#flushes > 0
  }

  async during<Result>(flush: () => Promise<Result>): Promise<Result> {
    this.#flushes += 1
    for (const begin of [...this.#listeners]) begin()
    try {
      return await flush()
    } finally {
      this.#flushes -= 1
    }
  }

  waitAtMost(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#listeners.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#listeners.add(done)
    })
  }
}

/**
 * During a flush, an export that can't connect fails at once, and a waiting retry begins at once. So a process
 * without a collector ends quickly.
 */
export function giveUpDuringFlush(exporter: object, flushes: FlushState): void {
  const retrying = (exporter as OtlpExporter)._delegate?._transport
  const transport = retrying?._transport
  if (typeof retrying?.retry !== 'function' || typeof transport?.send !== 'function') return
  const send = transport.send.bind(transport)
  transport.send = async (data, timeoutMs) => {
    const result = await send(data, timeoutMs)
    const isHopeless = flushes.isFlushing && result.status === 'retryable' && isUnreachable(result.error)
    return isHopeless ? { ...result, status: 'failure' } : result
  }
  retrying.retry = async (data, timeoutMs, waitMs) => {
    await flushes.waitAtMost(waitMs)
    return transport.send(data, timeoutMs)
  }
}

export function isUnreachable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)$/.test(code)
}
