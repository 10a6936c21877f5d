import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api'

export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
}

export interface Item {
  readonly id: number
  readonly title: string
}

/** Sends a request. Its spans are children of the span of the calling run. */
export async function fetchItems(base: string, path: string, signal: AbortSignal): Promise<readonly Item[]> {
  return traced(`GET ${path}`, async () => {
    const headers: Record<string, string> = {}
    propagation.inject(context.active(), headers)
    const { response, text } = await ask(base + path, { signal, headers })
    if (!response.ok) throw new UpstreamError(`Upstream answered ${response.status} for ${path}`)
    return traced('parse', async () => parseItems(text))
  })
}

async function ask(url: string, init: RequestInit): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(url, init)
    return { response, text: await response.text() }
  } catch (error) {
    init.signal?.throwIfAborted()
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new UpstreamError(`Upstream did not answer: ${cause}`, { cause: error })
  }
}

function parseItems(text: string): readonly Item[] {
  try {
    const { items } = JSON.parse(text) as { readonly items?: readonly Item[] }
    if (Array.isArray(items)) return items
  } catch (error) {
    throw new UpstreamError('Upstream answered with invalid JSON', { cause: error })
  }
  throw new UpstreamError('Upstream answered without items')
}

function traced<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  return trace.getTracer('service').startActiveSpan(name, async (span) => {
    try {
      return await work()
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
      throw error
    } finally {
      span.end()
    }
  })
}
