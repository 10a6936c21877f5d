import type { TaskRow } from '../../api/types.ts'
import { time } from '../format.ts'
import { FindingList } from '../parts/finding-list.tsx'
import { Health } from '../parts/status.tsx'
import { When } from '../parts/when.tsx'
import { now } from '../state/now.ts'
import { hrefOf } from '../state/route.ts'
import { ranks, shownVersion } from '../state/shown.ts'
import { processView, tasks } from '../state/store.ts'

/**
 * If this many tasks or more with bad health have the same last error, the page also shows this error above their
 * list.
 */
const sharedBy = 3

export function Problems() {
  void shownVersion.value
  const notices = processView.value?.notices ?? []
  return (
    <>
      {notices.length > 0 && (
        <section aria-labelledby="notices">
          <h2 id="notices">The process</h2>
          <FindingList of={notices} />
        </section>
      )}
      <TaskProblems />
      <Paused />
    </>
  )
}

function TaskProblems() {
  void shownVersion.value
  const problems = [...tasks.values()]
    .filter(isProblem)
    .sort((one, other) => ranks[one.health] - ranks[other.health] || one.healthSince - other.healthSince)
  if (problems.length === 0)
    return tasks.size === 0 ? <Empty /> : <p class="all-well">No task has a problem.</p>
  const shared = sharedError(problems)
  return (
    <section aria-labelledby="problems">
      <h2 id="problems">
        {problems.length === 1 ? '1 task has a problem' : `${problems.length} tasks have problems`}
      </h2>
      {shared !== undefined && (
        <p class="note">
          {shared.count} of them fail with the same error: {shared.error}
        </p>
      )}
      <ul class="problems">
        {problems.slice(0, 8).map((row) => (
          <li key={row.name} class={row.health}>
            <a href={hrefOf('task', row.name)}>
              <Health status={row.health} label={false} /> <strong>{row.name}</strong>
              <span class="what">{reasonOf(row)}</span>
              <small>
                <When at={row.reasons[0]?.since ?? row.healthSince} />
              </small>
            </a>
          </li>
        ))}
      </ul>
      {problems.length > 8 && <p class="quiet">and {problems.length - 8} more in the table</p>}
    </section>
  )
}

/**
 * Lists the paused tasks that the list of problems does not show. They do not run, although they may look healthy.
 */
function Paused() {
  void shownVersion.value
  const paused = [...tasks.values()].filter((row) => row.paused && !isProblem(row))
  if (paused.length === 0) return null
  return (
    <section aria-labelledby="paused">
      <h2 id="paused">{paused.length === 1 ? '1 task is paused' : `${paused.length} tasks are paused`}</h2>
      <ul class="problems">
        {paused.slice(0, 5).map((row) => (
          <li key={row.name}>
            <a href={hrefOf('task', row.name)}>
              <Health status={row.health} label={false} /> <strong>{row.name}</strong>
              <span class="what">{pausedText(row)}</span>
              <small>
                <When at={row.pausedAt} />
              </small>
            </a>
          </li>
        ))}
      </ul>
      {paused.length > 5 && (
        <p class="quiet">
          and {paused.length - 5} more: choose the state <em>paused</em>
        </p>
      )}
    </section>
  )
}

function pausedText({ pausedBy, pauseReason, pausedUntil }: TaskRow): string {
  const end = pausedUntil === undefined ? 'until it is resumed' : `until ${time(pausedUntil, now.value)}`
  const by = pausedBy === undefined ? '' : ` by ${pausedBy}`
  return `paused${by} ${end}${pauseReason === undefined ? '' : `: ${pauseReason}`}`
}

function isProblem({ health }: TaskRow): boolean {
  return health === 'unhealthy' || health === 'degraded'
}

function reasonOf(row: TaskRow): string {
  const { reasons, consecutiveFailures, lastError, flapping } = row
  const reason = reasons[0]?.reason ?? (flapping ? 'its health changes often' : 'no reason is known')
  const error = consecutiveFailures > 0 && lastError !== undefined ? `: ${lastError}` : ''
  return `${reason}${error}${pauseOf(row)}`
}

function pauseOf(row: TaskRow): string {
  return row.paused ? ` · ${pausedText(row)}` : ''
}

/**
 * Returns the most frequent error, if at least `sharedBy` tasks have it. Often, something that all these tasks use is
 * down.
 */
function sharedError(
  problems: readonly TaskRow[],
): { readonly error: string; readonly count: number } | undefined {
  const counts = new Map<string, number>()
  for (const { lastError, consecutiveFailures } of problems) {
    if (lastError !== undefined && consecutiveFailures > 0)
      counts.set(lastError, (counts.get(lastError) ?? 0) + 1)
  }
  const [most] = [...counts].sort((one, other) => other[1] - one[1])
  return most === undefined || most[1] < sharedBy ? undefined : { error: most[0], count: most[1] }
}

function Empty() {
  if (processView.value === undefined) return null
  return (
    <section class="empty">
      <h2>No task is registered</h2>
      <p>Tasks appear here as soon as the process calls supervisor.register().</p>
    </section>
  )
}
