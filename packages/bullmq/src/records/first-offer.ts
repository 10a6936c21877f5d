import type { FleetTask } from '@runwell/core/adapter'
import type { Stored } from './fields.ts'

/**
 * One process offers the slots of a task immediately. The others offer a slot after this time, unless they have read by
 * then that it is decided. If five processes all offered each slot, they would need 1.5 times the CPU time.
 */
const headStartMs = 1_000

/**
 * How long this process waits before it offers a slot that is due, in milliseconds. Of all live processes with the same
 * definition, one does not wait. Rendezvous hashing distributes the tasks, so a process that joins or leaves moves only
 * its own share of them.
 */
export function offersAfterMs(
  own: FleetTask,
  instanceId: string,
  stored: Stored | undefined,
  isAlive: (instanceId: string) => boolean,
): number {
  return isFirst(own, instanceId, stored, isAlive) ? 0 : Math.min(headStartMs, own.catchUpMs / 2)
}

function isFirst(
  { task, fingerprint }: FleetTask,
  instanceId: string,
  stored: Stored | undefined,
  isAlive: (instanceId: string) => boolean,
): boolean {
  const own = weightOf(instanceId, task)
  for (const [id, definition] of stored?.definitions ?? []) {
    if (id === instanceId || definition.fingerprint !== fingerprint || !isAlive(id)) continue
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
