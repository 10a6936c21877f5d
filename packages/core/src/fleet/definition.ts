import type { FleetRecord, FleetTask } from './fleet.ts'

type Member = Pick<FleetTask, 'version' | 'startedAt' | 'fingerprint'> & { readonly instanceId: string }
type Own = Member & Pick<FleetTask, 'schedule'>

/** Whether `a` decides and `b` does not: by their versions, else by which process was started later. */
function isNewerDefinition(a: Member, b: Member): boolean {
  if (a.version !== undefined && b.version !== undefined && a.version !== b.version) {
    const order = a.version.localeCompare(b.version, 'en', { numeric: true })
    if (order !== 0) return order > 0
  }
  if (a.startedAt !== b.startedAt) return a.startedAt > b.startedAt
  return a.instanceId > b.instanceId
}

/** The fingerprint of the definition that counts; `undefined` if no process is known. */
export function decidingFingerprint(members: readonly Member[]): string | undefined {
  const [first, ...others] = members
  if (first === undefined) return undefined
  return others.reduce((newest, member) => (isNewerDefinition(member, newest) ? member : newest), first)
    .fingerprint
}

/** The newest of the definitions that differ from `own` and overrule it; `undefined` if `own` counts. */
export function overrulingDefinition(
  members: FleetRecord['members'],
  own: Member,
): NonNullable<FleetRecord['members']>[number] | undefined {
  let newest: NonNullable<FleetRecord['members']>[number] | undefined
  for (const member of members ?? []) {
    if (member.fingerprint === own.fingerprint) {
      // Another process with this definition may be newer than the one that overrules it.
      if (isNewerDefinition(member, own)) own = member
    } else if (newest === undefined || isNewerDefinition(member, newest)) newest = member
  }
  return newest !== undefined && isNewerDefinition(newest, own) ? newest : undefined
}

/**
 * The wall time from which on slots belong to `own`, once a newer definition that overruled it is gone. If the newer
 * definition had another schedule, this is when its last process was last alive. If it had the same schedule, `own`
 * gets every slot that the fleet has not decided.
 */
export function ownSlotsFrom(former: FleetRecord | undefined, known: FleetRecord, own: Own): number {
  const newer = overrulingDefinition(former?.members, own)
  if (newer === undefined || newer.schedule === own.schedule) return Number.NEGATIVE_INFINITY
  return known.goneAt ?? Number.POSITIVE_INFINITY
}
