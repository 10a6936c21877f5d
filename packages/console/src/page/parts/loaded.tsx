import { signal } from '@preact/signals'
import type { ComponentChild } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { read } from '../state/api.ts'
import { Refused } from '../state/refused.ts'
import { version } from '../state/store.ts'
import { Refusal } from './refusal.tsx'

const leastMs = 1_000
const mostMs = 10_000
/** The page waits this many times as long as the last answer took, so a large answer costs little of a core. */
const waitRatio = 20

/** `instead` is what the view shows while it has no answer. */
type Loaded<Answer> =
  | { readonly answer: Answer; readonly instead?: undefined }
  | { readonly answer?: undefined; readonly instead: ComponentChild }

/**
 * Reads a path of the API.
 *
 * @param isLive - true reads the path again after tasks have changed
 */
export function useAnswer<Answer>(
  path: string,
  query?: Readonly<Record<string, string>>,
  isLive = true,
): Loaded<Answer> {
  const loaded = useRef(signal<Answer | Refused | undefined>(undefined)).current
  const tries = useRef(signal(0)).current
  const key = JSON.stringify([path, query, tries.value])
  useEffect(() => {
    let isOpen = true
    let waitMs = leastMs
    let waiting: ReturnType<typeof setTimeout> | undefined
    let isReading = false
    let isOutdated = false
    const loadLater = (): void => {
      if (isReading) isOutdated = true
      else waiting ??= setTimeout(load, waitMs)
    }
    const load = async (): Promise<void> => {
      waiting = undefined
      isReading = true
      isOutdated = false
      const askedAt = performance.now()
      try {
        const answer = await read<Answer>(path, query)
        waitMs = Math.min(mostMs, Math.max(leastMs, waitRatio * (performance.now() - askedAt)))
        if (isOpen) loaded.value = answer
      } catch (error) {
        // The page shows elsewhere that the connection is lost, so the view keeps its last answer.
        if (!(error instanceof Refused)) isOutdated = true
        else if (isOpen) loaded.value = error
      }
      isReading = false
      if (isOutdated && isOpen) loadLater()
    }
    void load()
    const stop = version.subscribe(() => {
      if (isLive) loadLater()
    })
    return () => {
      isOpen = false
      clearTimeout(waiting)
      stop()
    }
  }, [key])
  const current = loaded.value
  if (current === undefined) return { instead: <p class="loading">Loading …</p> }
  if (!(current instanceof Refused)) return { answer: current }
  const again = (): void => {
    tries.value += 1
  }
  return { instead: <Refusal of={current} onAgain={again} /> }
}
