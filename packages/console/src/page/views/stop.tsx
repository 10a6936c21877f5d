import type { StopRehearsal } from '../../api/types.ts'
import { span } from '../format.ts'
import { useAnswer } from '../parts/loaded.tsx'
import { TaskLink } from '../parts/task-link.tsx'

/** If the stop would take less time than this, the page says that the runs end at once. */
const shortMs = 100

export function StopView() {
  const { answer: plan, instead } = useAnswer<StopRehearsal>('stop-plan')
  if (plan === undefined) return instead
  const live = plan.classes.flatMap((item) => item.live)
  return (
    <>
      <h1>If the process stopped now</h1>
      <p class="sentence">{stopText(live.length, plan)}</p>
      <p class="quiet">It stops the tasks of one priority after the other, in this order.</p>
      <ol class="classes">
        {plan.classes
          .filter(({ tasks }) => tasks.length > 0)
          .map(({ priority, tasks, aboutMs, live: running, leavesBehind }) => (
            <li key={priority}>
              <h2>
                Priority {priority}{' '}
                <small>
                  {tasks.length === 1 ? '1 task' : `${tasks.length} tasks`}
                  {aboutMs > 0 && `, about ${span(aboutMs)}`}
                </small>
              </h2>
              {running.length + leavesBehind.length === 0 ? (
                <p class="quiet">none is running</p>
              ) : (
                <ul>
                  {running.map((run) => (
                    <li key={run.runId}>
                      <TaskLink task={run.task} /> running for {span(run.ageMs)}
                      {run.usualMs !== undefined && `; a whole run takes ${span(run.usualMs)}`}
                    </li>
                  ))}
                  {leavesBehind
                    .filter((name) => running.every(({ task }) => task !== name))
                    .map((name) => (
                      <li key={name}>
                        <TaskLink task={name} /> has a run that ignores its abort signal
                      </li>
                    ))}
                </ul>
              )}
            </li>
          ))}
      </ol>
      {plan.report !== undefined && (
        <details open>
          <summary>Report of the stop</summary>
          <pre>{JSON.stringify(plan.report, undefined, 2)}</pre>
        </details>
      )}
    </>
  )
}

/** Describes a stop without the option `drain`. Such a stop aborts runs instead of letting them do all their work. */
function stopText(live: number, { aboutMs, leftBehind }: StopRehearsal): string {
  if (live === 0 && leftBehind.length === 0) return 'Nothing is running: it would stop at once.'
  const behind = `Runs of ${leftBehind.join(', ')} do not listen to their abort signal, and would probably not end in time.`
  if (live === 0) return behind
  const asks = `It would ask ${live === 1 ? '1 run' : `${live} runs`} to end by the abort signal.`
  const takes = aboutMs < shortMs ? 'Those that obey end at once.' : `It would take about ${span(aboutMs)}.`
  if (leftBehind.length === 0) return `${asks} ${takes}`
  return `${asks} ${takes} ${behind}`
}
