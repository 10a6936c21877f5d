import { signal } from '@preact/signals'
import type { ComponentChild } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { read } from '../state/api.ts'
import { mayPass, Refused } from '../state/refused.ts'
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
    let failures = 0
    let hasAnswer = false
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
        failures = 0
        waitMs = Math.min(mostMs, Math.max(leastMs, waitRatio * (performance.now() - askedAt)))
        if (isOpen) loaded.value = answer
        hasAnswer = true
      } catch (error) {
        if (mayPass(error)) {
          isOutdated = true
          waitMs = Math.min(mostMs, leastMs * 2 ** failures)
          failures += 1
        }
        // During an error that may pass, the view keeps its last answer, but not one for another query.
        if (isOpen && !(mayPass(error) && hasAnswer)) {
          loaded.value = error instanceof Refused ? error : undefined
          hasAnswer = false
        }
      }
      isReading = false
      if (isOutdated && isOpen) loadLater()
    }
    // The signal calls a new listener at once, although no task has changed.
    const readVersion = version.peek()
    void load()
    const stop = version.subscribe((current) => {
      if (isLive && current !== readVersion) loadLater()
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
