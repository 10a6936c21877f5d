import type { TaskDetail } from '../../api/types.ts'
import { valuesOfRun } from '../state/link-values.ts'
import { processView } from '../state/store.ts'
import { hereText } from './fleet.tsx'
import { OutLinks } from './links.tsx'
import { When } from './when.tsx'

export function LastError({ of }: { readonly of: TaskDetail }) {
  const { lastError: error, task } = of
  if (error === undefined) return null
  return (
    <section aria-labelledby="last-error">
      <h2 id="last-error">
        Last error{hereText(of)}
        {error.unit === undefined ? '' : ` in unit '${error.unit}'`}{' '}
        {error.at !== undefined && <When at={error.at} />}
      </h2>
      <p class="error-line">{error.text}</p>
      <p>
        <OutLinks values={valuesOfRun(task.name, { ...error, endedAt: error.at })} only={['trace', 'logs']} />
        {error.annotations?.['trace_id'] !== undefined && processView.value?.links.trace === undefined && (
          <small>
            trace <code>{error.annotations['trace_id']}</code>
          </small>
        )}
      </p>
      {error.stack !== undefined && (
        <details>
          <summary>Stack</summary>
          <pre>{error.stack}</pre>
        </details>
      )}
    </section>
  )
}
