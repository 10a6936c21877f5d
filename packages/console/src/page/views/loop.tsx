import type { Block } from '../../api/types.ts'
import { span, time } from '../format.ts'
import { useAnswer } from '../parts/loaded.tsx'
import { Nothing } from '../parts/nothing.tsx'
import { TaskLink } from '../parts/task-link.tsx'
import { now } from '../state/now.ts'

export function LoopView() {
  const { answer, instead } = useAnswer<{ blocks: readonly Block[] }>('blocks')
  if (answer === undefined) return instead
  const { blocks } = answer
  if (blocks.length === 0)
    return (
      <Nothing title="Event loop">Nothing has blocked the event loop since the console was made.</Nothing>
    )
  return (
    <>
      <h1>Event loop</h1>
      <Suspects blocks={blocks} />
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Blocked for</th>
            <th scope="col">By</th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          {blocks.map((block) => (
            <tr key={block.at}>
              <td>{time(block.at, now.value)}</td>
              <td>{span(block.ms)}</td>
              <td>{block.suspect === undefined ? 'unknown' : <TaskLink task={block.suspect} />}</td>
              <td>{evidence(block)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Suspects({ blocks }: { readonly blocks: readonly Block[] }) {
  const totals = new Map<string, number>()
  for (const { suspect, ms } of blocks) {
    if (suspect !== undefined) totals.set(suspect, (totals.get(suspect) ?? 0) + ms)
  }
  const [worst] = [...totals].sort((one, other) => other[1] - one[1])
  if (worst === undefined) return null
  return (
    <p class="note">
      <TaskLink task={worst[0]} /> has blocked the event loop most, for {span(worst[1])} in the blocks below.
      While it does, no other task runs and no request is answered.
    </p>
  )
}

function evidence({ by, measured, active }: Block): string {
  if (measured.length > 0) {
    return `measured: ${measured.map(({ task, ms }) => `${task} ${span(ms)}`).join(', ')}`
  }
  if (by === 'correlated') return 'it was active at most blocks, and there are few without it'
  return active.length === 0
    ? 'no task was active: other code of the process'
    : `active: ${active.join(', ')}`
}
