import type { FleetTask } from '@runwell/core/adapter'
import type { Stored } from './fields.ts'

/**
 * Whether this process is the one that offers the slots of the task at once. The choice is among the live processes
 * with the same definition. Rendezvous hashing distributes the tasks, so a process that joins or leaves moves only its
 * own share of them.
 */
export function isFirstToOffer(
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
