import { createHash, randomUUID } from 'node:crypto'
import type { EventOf } from '@runwell/core'

/**
 * The id of the check-in of a run. In a fleet, all attempts of a slot have the same id, whichever process runs them: the process
 * that takes a run over closes the check-in that the lost one has opened.
 *
 * @param environment - of the SDK: Sentry refuses an id that it knows from another one
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
  // Version 8 of RFC 9562: what the other bits mean is up to us.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
