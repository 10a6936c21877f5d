import type { RecentRun } from '../../api/types.ts'
import { span, time } from '../format.ts'

const barWidth = 5
const height = 22
const shown = 20

export function Sparkline({ runs }: { readonly runs: readonly RecentRun[] }) {
  const longest = Math.max(1, ...runs.map(([, durationMs]) => durationMs))
  const text = runs.length === 0 ? 'no runs yet' : `last ${runs.length} runs: ${summary(runs)}`
  return (
    <svg class="spark" width={shown * barWidth} height={height} role="img" aria-label={text}>
      <title>{text}</title>
      {runs.map(([outcome, durationMs, startedAt], index) => {
        const tall = 4 + ((height - 4) * Math.log1p(durationMs)) / Math.log1p(longest)
        const x = (shown - runs.length + index) * barWidth
        return (
          <rect
            key={startedAt}
            class={`bar ${outcome}`}
            x={x}
            y={height - tall}
            width={barWidth - 1}
            height={tall}
          >
            <title>{`${outcome} in ${span(durationMs)} at ${time(startedAt)}`}</title>
          </rect>
        )
      })}
    </svg>
  )
}

function summary(runs: readonly RecentRun[]): string {
  const counts = new Map<string, number>()
  for (const [outcome] of runs) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
}
