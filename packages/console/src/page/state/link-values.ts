/** Values by the name of a placeholder. A link is hidden if a placeholder of its address has no value. */
export type LinkValues = Readonly<Record<string, string | undefined>>

/** The run that a link is about: of the history, an active one, or one that failed. */
interface LinkedRun {
  readonly runId: string | undefined
  /** Wall time. */
  readonly startedAt: number | undefined
  /** Wall time. An active run has the current time. */
  readonly endedAt: number | undefined
  readonly annotations: Readonly<Record<string, string>> | undefined
}

/** Log lines of a run may have a time a little outside of the run, because other machines have other clocks. */
const marginMs = 60_000

/** The values for links to the trace and the logs of a run: `from` and `to` are a minute before and after the run. */
export function valuesOfRun(task: string, { runId, startedAt, endedAt, annotations }: LinkedRun): LinkValues {
  return {
    ...annotations,
    task,
    run_id: runId,
    from: isoTime(startedAt, -marginMs),
    to: isoTime(endedAt, marginMs),
  }
}

/**
 * Fills in a template. Returns `undefined` if there is no template or a value is missing. The result is always an http
 * or https address, because the console refuses other templates.
 */
export function filledLink(template: string | undefined, values: LinkValues): string | undefined {
  if (template === undefined) return undefined
  let isWhole = true
  const href = template.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = values[key]
    if (value === undefined) isWhole = false
    return encodeURIComponent(value ?? '')
  })
  return isWhole ? href : undefined
}

function isoTime(at: number | undefined, plusMs: number): string | undefined {
  return at === undefined ? undefined : new Date(at + plusMs).toISOString()
}
