import { createHash, randomUUID } from 'node:crypto'
import type { EventOf } from '@runwell/core'

/**
 * In a fleet, all attempts to run a slot have the same id. So another process can close the check-in of a process
 * that died. Runs outside a fleet and runs without a slot have a random id.
 *
 * @param environment - part of the hash, because Sentry refuses an id that another environment has used
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
  // A UUID of version 8 (RFC 9562).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
