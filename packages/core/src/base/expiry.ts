import type { Clock } from './clock.ts'
import { deferred } from './deferred.ts'

export interface Expiry {
  readonly expired: Promise<void>
  cancel(): void
  /** Moves the deadline to `ms` from now. If the deadline is sooner than that, it does not change. */
  shorten(ms: number): void
}

export async function atMost(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  const { expired, cancel } = expiresIn(clock, ms)
  await Promise.race([expired, work])
  cancel()
}

export function expiresIn(clock: Clock, ms: number): Expiry {
  const { promise: expired, resolve } = deferred<void>()
  let dueAt = clock.monotonic() + ms
  let timer = clock.timer(resolve, ms, true)
  const shorten = (newMs: number): void => {
    const newDueAt = clock.monotonic() + newMs
    if (newDueAt >= dueAt) return
    dueAt = newDueAt
    timer.cancel()
    timer = clock.timer(resolve, newMs, true)
  }
  return { expired, cancel: () => timer.cancel(), shorten }
}
