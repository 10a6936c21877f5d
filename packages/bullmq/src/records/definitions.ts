import type { OpenStore } from '../store/open-store.ts'
import { definitionField } from './fields.ts'

/**
 * Resolves with whether the store has a definition of the task. First reads only the definition by the process
 * `instanceId`. If there is none, reads all fields.
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

/**
 * Removes definitions whose process has no journal, because `hasDefinition` would still find them. A live process has a
 * journal: it writes its journal together with its definitions.
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
