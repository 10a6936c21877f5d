import { computed, signal } from '@preact/signals'
import { clockOffset } from './store.ts'

const browserNow = signal(Date.now())
setInterval(() => {
  if (!document.hidden) browserNow.value = Date.now()
}, 1_000)
document.addEventListener('visibilitychange', () => {
  browserNow.value = Date.now()
})

/** The time of the process, each second. */
export const now = computed(() => browserNow.value + clockOffset.value)
