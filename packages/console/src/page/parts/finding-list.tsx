import type { Finding } from '../../api/types.ts'
import { TaskLink } from './task-link.tsx'
import { When } from './when.tsx'

/** Sentences that explain a problem, each with its time and the task that caused it. */
export function FindingList({ of: findings }: { readonly of: readonly Finding[] }) {
  if (findings.length === 0) return null
  return (
    <ul class="reasons findings">
      {findings.map(({ text, at, task }) => (
        <li key={text}>
          {text}{' '}
          {task !== undefined && (
            <>
              See <TaskLink task={task} />.{' '}
            </>
          )}
          {at !== undefined && (
            <small class="when">
              <When at={at} />
            </small>
          )}
        </li>
      ))}
    </ul>
  )
}
