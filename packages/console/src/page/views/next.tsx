import { firstOfEach, maxPerTask } from '../../api/first-of-each.ts'
import type { DueRun, NextRuns } from '../../api/types.ts'
import { inOtherZone, span, time } from '../format.ts'
import { useAnswer } from '../parts/loaded.tsx'
import { Nothing } from '../parts/nothing.tsx'
import { TaskLink } from '../parts/task-link.tsx'
import { When } from '../parts/when.tsx'
import { now } from '../state/now.ts'

/** At most this many runs of each task are shown, so that a task with a short period does not fill the list. */
const shownOfTask = 5
const minuteMs = 60_000
/** If this many tasks or more are due in the same second, the page suggests a jitter. */
const herd = 5

export function NextView() {
  const { answer, instead } = useAnswer<NextRuns>('next', { within: '1h' })
  if (answer === undefined) return instead
  const { runs, at, leftOut } = answer
  const { shown, hidden } = firstOfEach(answer, shownOfTask)
  const last = runs.at(-1)
  if (runs.length === 0) return <Nothing title="Next hour">Nothing is due in the next hour.</Nothing>
  return (
    <>
      <h1>Next hour</h1>
      <PerMinute runs={runs} from={at} />
      {leftOut > 0 && last !== undefined && (
        <p class="quiet">
          The bars and the list end at {time(last.at, now.value)}: {leftOut} later runs are left out.
        </p>
      )}
      <Herds runs={runs} />
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">Due</th>
            <th scope="col">In</th>
            <th scope="col">Task</th>
            <th scope="col">Will it run?</th>
          </tr>
        </thead>
        <tbody>
          {shown.slice(0, 300).map((run) => (
            <tr key={`${run.task} ${run.at}`} class={run.withheld === undefined ? '' : 'withheld'}>
              <td>
                {time(run.at, now.value)} <small>{inOtherZone(run.local)}</small>
              </td>
              <td>
                <When at={run.at} />
              </td>
              <td>
                <TaskLink task={run.task} />
              </td>
              <td>{run.withheld === undefined ? 'yes' : `no: ${run.withheld}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hidden.length > 0 && (
        <p class="quiet">
          Only the first {shownOfTask} runs of each task are listed. Not listed: {hidden.join(', ')}.
        </p>
      )}
      {shown.length > 300 && <p class="quiet">and {shown.length - 300} more</p>}
    </>
  )
}

/**
 * Shows how many runs are due in each minute. Leaves out tasks with `maxPerTask` runs, because the API may not list
 * all their runs.
 */
function PerMinute({ runs, from }: { readonly runs: readonly DueRun[]; readonly from: number }) {
  const ofTask = new Map<string, number>()
  for (const { task } of runs) ofTask.set(task, (ofTask.get(task) ?? 0) + 1)
  const often = [...ofTask].flatMap(([task, number]) => (number < maxPerTask ? [] : task))
  const counted = runs.filter(({ task }) => !often.includes(task))
  return (
    <>
      {counted.length > 0 && <Bars runs={counted} from={from} />}
      <p class="quiet">
        {counted.length > 0 && 'The bars show how many runs are due in each minute. '}
        {often.length > 0 && `Not in the bars, since due ${maxPerTask} times or more: ${often.join(', ')}.`}
      </p>
    </>
  )
}

function Bars({ runs, from }: { readonly runs: readonly DueRun[]; readonly from: number }) {
  const counts = new Array<number>(60).fill(0)
  for (const { at } of runs) {
    const minute = Math.floor((at - from) / minuteMs)
    if (minute >= 0 && minute < 60) counts[minute] = (counts[minute] ?? 0) + 1
  }
  const most = Math.max(...counts)
  return (
    <svg
      class="minutes"
      viewBox="0 0 600 60"
      preserveAspectRatio="none"
      role="img"
      aria-label={`Runs in each minute, at most ${most}`}
    >
      {counts.map((number, minute) => {
        const tall = (54 * number) / most
        return (
          <rect key={minute} x={minute * 10} y={60 - tall} width={9} height={tall}>
            <title>{`${number} runs in ${span(minute * minuteMs)}`}</title>
          </rect>
        )
      })}
    </svg>
  )
}

/** Suggests a jitter if many tasks are due in the same second, because their runs compete for the event loop. */
function Herds({ runs }: { readonly runs: readonly DueRun[] }) {
  const seconds = new Map<number, Set<string>>()
  for (const { task, at, withheld } of runs) {
    if (withheld !== undefined) continue
    const second = Math.floor(at / 1_000)
    const ofSecond = seconds.get(second) ?? new Set()
    seconds.set(second, ofSecond.add(task))
  }
  const [largest] = [...seconds].sort((one, other) => other[1].size - one[1].size)
  if (largest === undefined || largest[1].size < herd) return null
  return (
    <p class="note">
      {largest[1].size} tasks are due in the same second, at {time(largest[0] * 1_000, now.value)}. A jitter
      would spread their runs.
    </p>
  )
}
