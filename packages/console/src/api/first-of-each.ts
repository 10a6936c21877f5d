import type { DueRun } from './types.ts'

/** The API lists at most this many runs of each task. */
export const maxPerTask = 200

/**
 * Returns at most `most` runs of each task. Without this limit, a task with a short period would fill the whole list.
 *
 * `hidden` lists the tasks with more than `most` runs, and how many runs are left out: `mail.poll (97)`. If a task
 * has `maxPerTask` runs, `runs` may lack further runs of it: `feed.poll (197 or more)`.
 *
 * @param runs - soonest first
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
  const hidden = [...counts].flatMap(([task, count]) =>
    count > most ? `${task} (${count - most}${count < maxPerTask ? '' : ' or more'})` : [],
  )
  return { shown, hidden }
}
