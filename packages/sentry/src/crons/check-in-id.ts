import { createHash, randomUUID } from 'node:crypto'
import type { EventOf } from '@runwell/core'

/**
 * Returns the id of the check-in of a run. In a fleet, all attempts to run one slot have the same id. So if a process
 * takes over from a lost process, it closes the check-in that the lost process opened. Outside of a fleet, and for a
 * run without a slot, the id is random.
 *
 * @param environment - the environment of the SDK. It is part of the id, because Sentry refuses an id that it has
 * received from another environment.
 */
export function checkInId(
  { info, scheduledAt }: EventOf<'run.started' | 'run.ended'>,
  slug: string,
  environment: string,
): string {
  if (info.fleet === undefined || scheduledAt === undefined) return randomUUID()
  const hex = createHash('sha256')
    .update(JSON.stringify([slug, environment, scheduledAt]))
    .digest('hex')
  // A UUID of version 8 (RFC 9562): the application chooses all bits except those of the version and the variant.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
