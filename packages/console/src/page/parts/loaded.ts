import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { read } from '../state/api.ts'
import { version } from '../state/store.ts'

const leastMs = 1_000

/**
 * Reads a path of the API, and reads it again after tasks have changed. Returns `undefined` until the first answer.
 */
export function useAnswer<Answer>(
  path: string,
  query?: Readonly<Record<string, string>>,
): Answer | undefined {
  const answer = useRef(signal<Answer | undefined>(undefined)).current
  const key = JSON.stringify([path, query])
  useEffect(() => {
    let isOpen = true
    let waiting: ReturnType<typeof setTimeout> | undefined
    const load = async (): Promise<void> => {
      waiting = undefined
      try {
        const loaded = await read<Answer>(path, query)
        if (isOpen) answer.value = loaded
      } catch {
        // The view keeps its last answer. The next change of `version` causes another read.
      }
    }
    void load()
    const stop = version.subscribe(() => {
      waiting ??= setTimeout(load, leastMs)
    })
    return () => {
      isOpen = false
      clearTimeout(waiting)
      stop()
    }
  }, [key])
  return answer.value
}
