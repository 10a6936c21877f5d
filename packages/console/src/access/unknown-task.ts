import type { Supervisor } from '@runwell/core'
import { nearMiss } from '@runwell/core/adapter'
import { Refusal } from './refusal.ts'

export function unknownTask(supervisor: Supervisor, name: string): Refusal {
  const shown = JSON.stringify(name.slice(0, 200))
  const meant = nearMiss(
    name,
    [...supervisor.tasks()].map((task) => task.name),
  )
  const cure =
    meant === undefined ? '`runwell ls` lists the tasks.' : `Did you mean ${JSON.stringify(meant)}?`
  return new Refusal(404, `There is no task named ${shown}.`, cure)
}
