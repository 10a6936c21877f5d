import type { RunRecord } from '@runwell/core'
import { useEffect, useRef } from 'preact/hooks'
import type { Quantiles } from '../../api/types.ts'

/** Loads the chart library only when a chart is shown. */
export function DurationChart({
  runs,
  durations,
}: {
  readonly runs: readonly RunRecord[]
  readonly durations: Quantiles
}) {
  const box = useRef<HTMLDivElement>(null)
  const newest = runs[0]?.runId
  useEffect(() => {
    let remove = (): void => {}
    let isGone = false
    ensureKnownLanguage()
    import('./draw-durations.ts')
      .then(({ drawDurations }) => {
        if (!isGone && box.current !== null) remove = drawDurations(box.current, runs, durations)
      })
      .catch((error: unknown) => {
        const here = box.current
        if (isGone || here === null) return
        here.textContent = `The chart could not be drawn: ${error instanceof Error ? error.message : error}`
        remove = () => here.replaceChildren()
      })
    return () => {
      isGone = true
      remove()
    }
  }, [newest])
  return (
    <div
      class="chart"
      ref={box}
      role="img"
      aria-label="Durations of the last runs; the table below has the numbers"
    />
  )
}

/**
 * When uPlot is loaded, it passes the browser's language to `Intl`, which throws for languages such as `en-US@posix`.
 */
function ensureKnownLanguage(): void {
  try {
    Intl.getCanonicalLocales(navigator.language)
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true })
  }
}
