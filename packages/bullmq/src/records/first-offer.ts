import type { FleetRecord, FleetTask } from '@runwell/core/adapter'

type Member = NonNullable<FleetRecord['members']>[number]

/**
 * One process adds a job for a slot immediately. The other processes wait for at most this time. Then the slot is
 * usually decided, so they need not add a job, which saves CPU time.
 */
const headStartMs = 1_000

/**
 * Returns how long this process waits before it adds a job for a slot. Rendezvous hashing chooses one of the
 * processes with the same definition. The chosen process waits 0 ms.
 */
export function offersAfterMs(own: FleetTask, instanceId: string, members: readonly Member[]): number {
  return isFirst(own, instanceId, members) ? 0 : Math.min(headStartMs, own.catchUpMs / 2)
}

function isFirst({ task, fingerprint }: FleetTask, instanceId: string, members: readonly Member[]): boolean {
  const own = weightOf(instanceId, task)
  for (const member of members) {
    const id = member.instanceId
    if (id === instanceId || member.fingerprint !== fingerprint) continue
    const weight = weightOf(id, task)
    if (weight < own || (weight === own && id < instanceId)) return false
  }
  return true
}

/** FNV-1a with 32 bits, http://www.isthe.com/chongo/tech/comp/fnv/ */
function weightOf(instanceId: string, task: string): number {
  let hash = 0x811c9dc5
  for (const character of `${task}|${instanceId}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
