import { computed, signal } from '@preact/signals'
import { tasks, version } from './store.ts'

export const ranks = { unhealthy: 0, degraded: 1, unknown: 2, healthy: 3 } as const

const sortEveryMs = 250

/**
 * A copy of `version` for the table. Changes at most four times a second, because each change sorts the
 * table.
 */
export const shownVersion = signal(version.value)
/** True if a task belongs to a fleet. */
export const hasShared = computed(() => {
  void shownVersion.value
  return [...tasks.values()].some(({ fleet }) => fleet !== undefined)
})
let isResting = false
version.subscribe(sort)

function sort(): void {
  if (isResting || shownVersion.value === version.value) return
  shownVersion.value = version.value
  isResting = true
  setTimeout(() => {
    isResting = false
    sort()
  }, sortEveryMs)
}
