import type { OpenStore } from '../store/open-store.ts'
import { definitionField } from './fields.ts'

/** Whether the store has a definition of the task: that of this process, or else of any. */
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

/** A process that was frozen while others took it for dead may have written on: its journal is written with the rest. */
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
