export type LinkValues = Readonly<Record<string, string | undefined>>

interface LinkedRun {
  readonly runId: string | undefined
  readonly startedAt: number | undefined
  /** When the run ended, in wall time. For an active run, the current time. */
  readonly endedAt: number | undefined
  readonly annotations: Readonly<Record<string, string>> | undefined
}

/**
 * Links to log lines cover this much time before and after the run, because the clocks of other machines may be
 * different.
 */
const marginMs = 60_000

export function valuesOfRun(task: string, { runId, startedAt, endedAt, annotations }: LinkedRun): LinkValues {
  return {
    ...annotations,
    task,
    run_id: runId,
    from: isoTime(startedAt, -marginMs),
    to: isoTime(endedAt, marginMs),
  }
}

export function filledLink(template: string | undefined, values: LinkValues): string | undefined {
  if (template === undefined) return undefined
  let isWhole = true
  const href = template.replace(/\{([^{}]+)\}/g, (_, key: string) => {
    const value = Object.hasOwn(values, key) ? values[key] : undefined
    if (value === undefined) isWhole = false
    return encodeURIComponent(value ?? '')
  })
  return isWhole ? href : undefined
}

function isoTime(at: number | undefined, plusMs: number): string | undefined {
  return at === undefined ? undefined : new Date(at + plusMs).toISOString()
}
