/** Events that Sentry would show as one issue. */
export interface Issue {
  readonly title: string
  readonly tags: ReadonlyMap<string, string>
  count: number
  traceId: string | undefined
  spanId: string | undefined
}

interface RawEvent {
  readonly message?: string
  readonly exception?: { readonly values?: readonly { readonly type?: string; readonly value?: string }[] }
  readonly fingerprint?: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
  readonly contexts?: { readonly trace?: { readonly trace_id?: string; readonly span_id?: string } }
}

/**
 * Groups events into issues by their fingerprints, as Sentry does. In a fingerprint, `{{ default }}` stands for the
 * class of the error.
 */
export class IssueStore {
  readonly #issues = new Map<string, Issue>()
  #events = 0

  get events(): number {
    return this.#events
  }

  get issues(): readonly Issue[] {
    return [...this.#issues.values()].sort((one, other) => other.count - one.count)
  }

  isOn(traceId: string): boolean {
    for (const issue of this.#issues.values()) if (issue.traceId === traceId) return true
    return false
  }

  add(payload: Buffer): void {
    const event = JSON.parse(payload.toString('utf8')) as RawEvent
    const error = event.exception?.values?.at(-1)
    const kind = error?.type ?? 'message'
    const key = (event.fingerprint ?? ['{{ default }}']).join(' ').replace(/{{ ?default ?}}/, kind)
    const issue = this.#issues.get(key) ?? {
      title: error ? `${kind}: ${error.value ?? ''}` : (event.message ?? '(no message)'),
      tags: new Map(Object.entries(event.tags ?? {})),
      count: 0,
      traceId: undefined,
      spanId: undefined,
    }
    issue.count += 1
    issue.traceId = event.contexts?.trace?.trace_id
    issue.spanId = event.contexts?.trace?.span_id
    this.#issues.set(key, issue)
    this.#events += 1
  }
}
