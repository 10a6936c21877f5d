import type { AuditEntry } from '../../api/types.ts'
import { fullTime, time } from '../format.ts'
import { useAnswer } from '../parts/loaded.ts'
import { Nothing } from '../parts/nothing.tsx'
import { TaskLink } from '../parts/task-link.tsx'
import { now } from '../state/now.ts'

/** Who asked what of which task, and what came of it. */
export function AuditView() {
  const answer = useAnswer<{ entries: readonly AuditEntry[] }>('audit')
  if (answer === undefined) return <p class="loading">Loading …</p>
  if (answer.entries.length === 0)
    return <Nothing title="Audit">Nobody has changed anything since the process started.</Nothing>
  return (
    <>
      <h1>Audit</h1>
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Task</th>
            <th scope="col">Why</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          {answer.entries.map((entry) => (
            <tr key={`${entry.at} ${entry.task} ${entry.action}`}>
              <td>
                <time title={fullTime(entry.at)}>{time(entry.at, now.value)}</time>
              </td>
              <td>{entry.by ?? ''}</td>
              <td>{entry.action}</td>
              <td>
                <TaskLink task={entry.task} />
              </td>
              <td>{entry.reason ?? ''}</td>
              <td>{entry.result}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
