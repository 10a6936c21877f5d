import type { FleetRecord, FleetTask } from './fleet.ts'

type Member = Pick<FleetTask, 'version' | 'startedAt' | 'fingerprint'> & { readonly instanceId: string }
type Own = Member & Pick<FleetTask, 'schedule'>

/**
 * A higher version is newer. If the versions are equal, or if one is missing, the definition of the process that was
 * started later is newer.
 */
function isNewerDefinition(a: Member, b: Member): boolean {
  if (a.version !== undefined && b.version !== undefined && a.version !== b.version) {
    const order = a.version.localeCompare(b.version, 'en', { numeric: true })
    if (order !== 0) return order > 0
  }
  if (a.startedAt !== b.startedAt) return a.startedAt > b.startedAt
  return a.instanceId > b.instanceId
}

/** Returns the fingerprint of the newest definition. Returns `undefined` if `members` is empty. */
export function decidingFingerprint(members: readonly Member[]): string | undefined {
  const [first, ...others] = members
  if (first === undefined) return undefined
  return others.reduce((newest, member) => (isNewerDefinition(member, newest) ? member : newest), first)
    .fingerprint
}

/**
 * Returns the definition that applies instead of `own`: the newest of all definitions that differ from `own`. Returns
 * `undefined` if `own` is newer than all of them.
 */
export function overrulingDefinition(
  members: FleetRecord['members'],
  own: Member,
): NonNullable<FleetRecord['members']>[number] | undefined {
  let newest: NonNullable<FleetRecord['members']>[number] | undefined
  for (const member of members ?? []) {
    if (member.fingerprint === own.fingerprint) {
      // A newer process may have the same definition as `own`. Then `own` counts as being as new as that process.
      if (isNewerDefinition(member, own)) own = member
    } else if (newest === undefined || isNewerDefinition(member, newest)) newest = member
  }
  return newest !== undefined && isNewerDefinition(newest, own) ? newest : undefined
}

/**
 * Call this when a process with a newer definition has gone. Returns the wall time from which the definition `own`
 * decides the slots. If both definitions have the same schedule, `own` decides all slots that are not decided yet.
 */
export function ownSlotsFrom(former: FleetRecord | undefined, known: FleetRecord, own: Own): number {
  const newer = overrulingDefinition(former?.members, own)
  if (newer === undefined || newer.schedule === own.schedule) return Number.NEGATIVE_INFINITY
  return known.goneAt ?? Number.POSITIVE_INFINITY
}
