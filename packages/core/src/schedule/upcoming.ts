import type { Schedule } from './schedule.ts'

/**
 * Returns at most the next `count` slots as wall time, without jitter and spread.
 * @internal
 */
export function upcoming(
  { slots }: Pick<Schedule, 'slots'>,
  wall: number,
  mono: number,
  anchor: number,
  count: number,
): number[] {
  const found: number[] = []
  if (slots === undefined) return found
  const isMono = slots.timeline === 'mono'
  let slot = slots.first(isMono ? mono : wall, anchor)
  while (slot !== undefined && found.length < count) {
    found.push(isMono ? wall + (slot - mono) : slot)
    slot = slots.next(slot, anchor)
  }
  return found
}
