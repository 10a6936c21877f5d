import type { Finding } from '../../api/types.ts'
import { TaskLink } from './task-link.tsx'
import { When } from './when.tsx'

/** A list of findings. Each has a sentence, and if known the time and a link to the task to look at. */
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
