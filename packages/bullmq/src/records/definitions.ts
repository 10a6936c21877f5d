import type { OpenStore } from '../store/open-store.ts'
import { definitionField } from './fields.ts'

/**
 * True if a process has defined the task. First reads only the definition of the process `instanceId`, because this
 * is faster than to read all fields.
 */
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

/** Removes the definitions of processes that are no longer alive. */
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
