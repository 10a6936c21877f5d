import { computed, signal } from '@preact/signals'
import { clockOffset } from './store.ts'

const browserNow = signal(Date.now())
setInterval(() => {
  if (!document.hidden) browserNow.value = Date.now()
}, 1_000)
document.addEventListener('visibilitychange', () => {
  browserNow.value = Date.now()
})

/** The current time by the clock of the process. Changes once a second while the page is visible. */
export const now = computed(() => browserNow.value + clockOffset.value)
