import { signal } from '@preact/signals'
import { version } from './store.ts'

/** The worst first. */
export const ranks = { unhealthy: 0, degraded: 1, unknown: 2, healthy: 3 } as const

/** The table is sorted again at most four times a second, however many events come. */
export const shownVersion = signal(0)
let isSorting = false
version.subscribe(() => {
  if (isSorting) return
  isSorting = true
  setTimeout(() => {
    isSorting = false
    shownVersion.value = version.value
  }, 250)
})
