export interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}

/** The name of a check begins with the back end that it tests. */
export const backEnds = [
  'Jaeger',
  'Zipkin',
  'Prometheus 2',
  'Prometheus 3',
  'VictoriaMetrics',
  'Collector',
  'Sentry',
] as const

export class Checks {
  readonly #findings: Finding[] = []

  get failed(): readonly Finding[] {
    return this.#findings.filter(({ ok }) => !ok)
  }

  get passed(): number {
    return this.#findings.length - this.failed.length
  }

  get proven(): readonly string[] {
    return backEnds.flatMap((name) => {
      const own = this.#findings.filter((finding) => finding.name.startsWith(`${name}:`))
      return own.length > 0 && own.every(({ ok }) => ok) ? [`${name} (${own.length} checks)`] : []
    })
  }

  seen(name: string): string | undefined {
    return this.#findings.find((finding) => finding.name === name && finding.ok)?.detail
  }

  /** @param look - returns a detail for the output, or throws if the check fails */
  async check(name: string, look: () => Promise<string>): Promise<void> {
    try {
      this.#add({ name, ok: true, detail: await look() })
    } catch (error) {
      this.#add({ name, ok: false, detail: error instanceof Error ? error.message : String(error) })
    }
  }

  #add(finding: Finding): void {
    this.#findings.push(finding)
    console.log(`${finding.ok ? 'ok    ' : 'FAILED'} ${finding.name}: ${finding.detail}`)
  }
}

/** Makes `eventually` reject at once, because a further attempt cannot succeed. */
export class HopelessError extends Error {
  override readonly name = 'HopelessError'
}

export async function eventually<Answer>(
  what: string,
  limitMs: number,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const end = performance.now() + limitMs
  let last = 'no answer'
  while (performance.now() < end) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      if (error instanceof HopelessError) throw error
      last = error instanceof Error ? error.message : String(error)
    }
    await pause(300)
  }
  throw new Error(`Timed out after ${limitMs / 1000} s waiting for ${what} (${last})`)
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export function expect(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

export async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  const body = await response.text()
  if (response.status !== 200) throw new Error(`${response.status} from ${url}: ${body.slice(0, 300)}`)
  return JSON.parse(body)
}
