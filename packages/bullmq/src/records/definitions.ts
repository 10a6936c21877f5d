import type { OpenStore } from '../store/open-store.ts'
import { definitionField } from './fields.ts'

/** Whether the store has a definition of the task. Looks for that of the given process first, then for any other. */
export async function hasDefinition(
  { fields }: OpenStore,
  task: string,
  instanceId: string,
): Promise<boolean> {
  const [definition] = await fields.getQueueMetaFields([definitionField(task, instanceId)])
  if (definition) return true
  const names = Object.keys(await fields.getQueueMeta())
  return names.some((name) => name.startsWith(definitionField(task, '')))
}

/**
 * Removes the definitions of processes that have no journal. If a process freezes, others take it for dead and remove
 * its fields. When it writes definitions again, these stay, because each write also writes its journal.
 */
export async function removeOrphans(
  { fields }: OpenStore,
  names: readonly string[],
  alive: ReadonlySet<string>,
): Promise<void> {
  const orphans = names.filter(
    (name) => name.startsWith('d|') && !alive.has(name.slice(name.lastIndexOf('|') + 1)),
  )
  if (orphans.length > 0) await fields.removeQueueMetaFields(orphans)
}
