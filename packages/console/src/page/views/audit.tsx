import type { AuditEntry } from '../../api/types.ts'
import { dateTime, fullTime } from '../format.ts'
import { useAnswer } from '../parts/loaded.tsx'
import { Nothing } from '../parts/nothing.tsx'
import { TaskLink } from '../parts/task-link.tsx'

export function AuditView() {
  const { answer, instead } = useAnswer<{ entries: readonly AuditEntry[] }>('audit')
  if (answer === undefined) return instead
  if (answer.entries.length === 0)
    return (
      <Nothing title="Audit">
        No one has controlled a task since the process started. The audit is kept in memory: what was done
        before is in your logs, as control.performed.
      </Nothing>
    )
  return (
    <>
      <h1>Audit</h1>
      <p class="quiet">
        Since the process started, the newest 500 entries. Each is also an event control.performed, in your
        logs.
      </p>
      <table class="runs audit">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Task</th>
            <th scope="col">Result</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {answer.entries.map((entry) => (
            <tr key={`${entry.at} ${entry.task} ${entry.action}`}>
              <td>
                <time title={fullTime(entry.at)}>{dateTime(entry.at)}</time>
              </td>
              <td>{entry.by ?? ''}</td>
              <td>{entry.action}</td>
              <td>
                <TaskLink task={entry.task} />
              </td>
              <td>{entry.result}</td>
              <td class="long">{entry.reason ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
