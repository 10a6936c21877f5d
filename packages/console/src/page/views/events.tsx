import { signal } from '@preact/signals'
import type { StreamedEvent } from '../../api/types.ts'
import { fullTime, time } from '../format.ts'
import { useAnswer } from '../parts/loaded.tsx'
import { TaskLink } from '../parts/task-link.tsx'
import { toneOf } from '../parts/tone.ts'
import { now } from '../state/now.ts'
import { route, setQuery } from '../state/route.ts'
import { events, lostEvents } from '../state/store.ts'

const paused = signal<readonly StreamedEvent[] | undefined>(undefined)
const copied = signal('')
const shown = 300

export function EventsView() {
  const { query } = route.value
  const level = query.get('level') ?? 'info'
  const search = query.get('search')?.toLowerCase() ?? ''
  const levels = ['debug', 'info', 'warn', 'error']
  const kept = { level, limit: String(shown) }
  const { answer, instead } = useAnswer<{ events: readonly StreamedEvent[] }>('events/kept', kept, false)
  const before = answer?.events ?? []
  const fitting = (paused.value ?? withKept(events.value, before)).filter(
    (event) =>
      levels.indexOf(event.level) >= levels.indexOf(level) &&
      (search === '' || `${event.type} ${event.task ?? ''} ${event.text}`.toLowerCase().includes(search)),
  )
  return (
    <>
      <h1>Events</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <input
          type="search"
          aria-label="Search events"
          placeholder="Search"
          value={query.get('search') ?? ''}
          onInput={(event) => setQuery('search', event.currentTarget.value)}
        />
        <select
          aria-label="least level"
          value={level}
          onChange={(event) => setQuery('level', event.currentTarget.value)}
        >
          {levels.map((name) => (
            <option key={name} value={name}>
              {name} and above
            </option>
          ))}
        </select>
        <button
          type="button"
          aria-pressed={paused.value !== undefined}
          onClick={() => {
            paused.value = paused.value === undefined ? withKept(events.value, before) : undefined
          }}
        >
          {paused.value === undefined ? 'Pause' : 'Continue'}
        </button>
        <button type="button" onClick={() => void copy(fitting)}>
          Copy as JSON lines
        </button>
        <span class="quiet" aria-live="polite">
          {copied.value}
        </span>
      </form>
      {lostEvents.value > 0 && (
        <p class="note">{lostEvents.value} events were lost: they came faster than they could be shown.</p>
      )}
      {instead}
      {fitting.length === 0 ? (
        answer && <p class="empty">There is no matching event yet. New events appear here as they happen.</p>
      ) : (
        <ol class="events">
          {fitting.slice(0, shown).map((event) => (
            <li key={event.id} class={toneOf(event)}>
              <time title={fullTime(event.at)}>{time(event.at, now.value)}</time>
              <code>{event.type}</code>
              {event.task === undefined ? <span /> : <TaskLink task={event.task} />}
              <span>{event.text}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

function withKept(live: readonly StreamedEvent[], kept: readonly StreamedEvent[]): readonly StreamedEvent[] {
  const known = new Set(live.map(({ id }) => id))
  return [...live, ...kept.filter(({ id }) => !known.has(id))]
}

async function copy(copying: readonly StreamedEvent[]): Promise<void> {
  try {
    await navigator.clipboard.writeText(copying.map((event) => JSON.stringify(event)).join('\n'))
    copied.value = `${copying.length} events copied`
  } catch {
    copied.value = 'The browser does not allow copying here.'
  }
}
