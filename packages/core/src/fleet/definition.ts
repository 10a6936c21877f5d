import type { FleetRecord, FleetTask } from './fleet.ts'

type Member = Pick<FleetTask, 'version' | 'startedAt' | 'fingerprint'> & { readonly instanceId: string }

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
