import type { Finding } from '../../api/types.ts'
import { TaskLink } from './task-link.tsx'
import { When } from './when.tsx'
import { WithCode } from './with-code.tsx'

export function FindingList({ of: findings }: { readonly of: readonly Finding[] }) {
  if (findings.length === 0) return null
  return (
    <ul class="reasons findings">
      {findings.map(({ text, at, task }) => (
        <li key={text}>
          <WithCode text={text} />{' '}
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
