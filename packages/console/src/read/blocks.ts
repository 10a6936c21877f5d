import type { EventOf } from '@runwell/core'
import type { Block } from '../api/types.ts'
import type { EventRing } from '../feed/event-ring.ts'

export function blocks(ring: EventRing): readonly Block[] {
  return ring
    .newestOf(({ type }) => type === 'loop.blocked', 200)
    .map((event) => {
      const { at, ms, suspect, measured, active } = event as unknown as EventOf<'loop.blocked'>
      return { at, ms, suspect: suspect?.task, by: suspect?.by, measured, active }
    })
}
