import type { StopRehearsal } from '../../api/types.ts'
import { span } from '../format.ts'
import { useAnswer } from '../parts/loaded.ts'
import { TaskLink } from '../parts/task-link.tsx'

/** What a stop would do now; while the process stops, what it has done. */
export function StopView() {
  const plan = useAnswer<StopRehearsal>('stop-plan')
  if (plan === undefined) return <p class="loading">Loading …</p>
  const live = plan.classes.flatMap((item) => item.live)
  return (
    <>
      <h1>If the process stopped now</h1>
      <p class="sentence">
        {live.length === 0
          ? 'Nothing is running: it would stop at once.'
          : `It would abort ${live.length === 1 ? '1 run' : `${live.length} runs`} and take about ${span(plan.aboutMs)}.`}
        {plan.leftBehind.length > 0 &&
          ` It would leave behind ${plan.leftBehind.join(', ')}: nothing says that their runs would end in time.`}
      </p>
      <ol class="classes">
        {plan.classes
          .filter(({ tasks }) => tasks.length > 0)
          .map(({ priority, tasks, aboutMs, live: running }) => (
            <li key={priority}>
              <h2>
                {priority}{' '}
                <small>
                  {tasks.length === 1 ? '1 task' : `${tasks.length} tasks`}
                  {aboutMs > 0 && `, about ${span(aboutMs)}`}
                </small>
              </h2>
              {running.length === 0 ? (
                <p class="quiet">none is running</p>
              ) : (
                <ul>
                  {running.map((run) => (
                    <li key={run.runId}>
                      <TaskLink task={run.task} /> running for {span(run.ageMs)}
                      {run.usualMs !== undefined && `, usually takes ${span(run.usualMs)}`}
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
