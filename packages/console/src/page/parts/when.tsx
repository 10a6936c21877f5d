import { fullTime, relative, time } from '../format.ts'
import { now } from '../state/now.ts'

export function When({
  at,
  absolute = false,
}: {
  readonly at: number | undefined
  readonly absolute?: boolean
}) {
  if (at === undefined) return <span class="quiet">–</span>
  const nowAt = now.value
  return (
    <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {absolute ? time(at, nowAt) : relative(at, nowAt)}
    </time>
  )
}
