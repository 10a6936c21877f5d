import type { DueRun } from './types.ts'

/**
 * The first runs of each task, soonest first, and the names of the tasks that have more: one task with a short period
 * would hide all others.
 */
export function firstOfEach(
  runs: readonly DueRun[],
  most: number,
): { readonly shown: readonly DueRun[]; readonly hidden: readonly string[] } {
  const counts = new Map<string, number>()
  const shown = runs.filter(({ task }) => {
    const count = (counts.get(task) ?? 0) + 1
    counts.set(task, count)
    return count <= most
  })
  const hidden = [...counts].flatMap(([task, count]) => (count > most ? `${task} (${count - most})` : []))
  return { shown, hidden }
}
