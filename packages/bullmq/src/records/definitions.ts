import type { OpenStore } from '../store/open-store.ts'
import { definitionField } from './fields.ts'

/** Whether the store has a definition of the task, from this process or from any process. */
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
 * A process was frozen, and others took it for dead and removed its fields. It may have written again since: its
 * journal is part of every write.
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
