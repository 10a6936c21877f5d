import type { Links } from '../../api/types.ts'
import { filledLink, type LinkValues } from '../state/link-values.ts'
import { processView } from '../state/store.ts'

const labels: Readonly<Record<keyof Links, string>> = {
  trace: 'trace',
  logs: 'logs',
  issues: 'issues',
  dashboard: 'dashboard',
}

export function OutLinks({
  values,
  only,
}: {
  readonly values: LinkValues
  readonly only: readonly (keyof Links)[]
}) {
  const links = processView.value?.links ?? {}
  const shown = only.flatMap((name) => {
    const href = filledLink(links[name], values)
    return href === undefined ? [] : [{ name, href }]
  })
  return (
    <>
      {shown.map(({ name, href }) => (
        <a key={name} class="out" href={href} target="_blank" rel="noreferrer noopener">
          {labels[name]} ↗
        </a>
      ))}
    </>
  )
}
