import type { FleetRecord, FleetTask } from '@runwell/core/adapter'

type Member = NonNullable<FleetRecord['members']>[number]

/**
 * For each task, one process offers a slot as soon as the slot is due. The other processes offer the slot after this
 * time, unless they have read by then that it is decided. If five processes all offered each slot immediately, they
 * would need 1.5 times the CPU time.
 */
const headStartMs = 1_000

/**
 * How long this process waits before it offers a slot that is due. Of the live processes with the same definition, one
 * does not wait. Rendezvous hashing chooses that process for each task. So when a process joins or leaves, most tasks
 * keep the process that does not wait.
 *
 * @param members - the definitions of the live processes
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
