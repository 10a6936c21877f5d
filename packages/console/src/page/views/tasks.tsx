import { computed, signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { TaskRow } from '../../api/types.ts'
import { Controls } from '../parts/controls.tsx'
import { FleetNote } from '../parts/fleet.tsx'
import { route, setQuery } from '../state/route.ts'
import { hasShared, shownVersion } from '../state/shown.ts'
import { tasks } from '../state/store.ts'
import { Problems } from './problems.tsx'
import { type Column, columns, stateDetail, stateOf } from './task-columns.tsx'

const rowHeight = 44

/** Leaves out the column `where` if no task is shared, because all tasks then run in this process. */
const shownColumns = computed(() => {
  return hasShared.value ? columns : columns.filter(({ key }) => key !== 'where')
})

const filterKeys = ['health', 'state', 'owner', 'category'] as const
type FilterKey = (typeof filterKeys)[number]

function filterValue(row: TaskRow, key: FilterKey): string {
  return key === 'state' ? stateOf(row) : row[key]
}

function searchedText(row: TaskRow): string {
  const { name, owner, category, priority, schedule, lastError, health } = row
  const reasons = row.reasons.map(({ reason }) => reason)
  const texts = [name, owner, category, priority, schedule, lastError, health, stateOf(row), stateDetail(row)]
  return [...texts, ...reasons].join(' ')
}

const filtered = computed(() => {
  void shownVersion.value
  const { query } = route.value
  const search = query.get('search')?.toLowerCase() ?? ''
  const fits = (row: TaskRow): boolean =>
    filterKeys.every((key) => {
      const wanted = query.get(key)
      return wanted === null || filterValue(row, key) === wanted
    }) &&
    (search === '' || searchedText(row).toLowerCase().includes(search))
  return sorted([...tasks.values()].filter(fits), query.get('sort') ?? 'health')
})

function sorted(rows: TaskRow[], sort: string): TaskRow[] {
  const isReversed = sort.startsWith('-')
  const column = columns.find(({ key }) => key === sort.replace('-', ''))
  const order = column?.order ?? ((row: TaskRow) => row.name)
  const direction = isReversed ? -1 : 1
  return rows.sort(
    (one, other) => direction * compare(order(one), order(other)) || one.name.localeCompare(other.name),
  )
}

function compare(one: number | string, other: number | string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}

export function TasksView() {
  return (
    <>
      <h1 class="only-read">Tasks</h1>
      <Problems />
      <Filters />
      <FleetNote text="The last runs, numbers and errors of shared tasks count only this process." />
      <Table />
    </>
  )
}

function Filters() {
  void shownVersion.value
  const { query } = route.value
  return (
    <search>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <input
          type="search"
          aria-label="Search tasks"
          placeholder="Search"
          value={query.get('search') ?? ''}
          onInput={(event) => setQuery('search', event.currentTarget.value)}
        />
        {filterKeys.map((key) => (
          <select
            key={key}
            aria-label={key}
            value={query.get(key) ?? ''}
            onChange={(event) => setQuery(key, event.currentTarget.value)}
          >
            <option value="">any {key}</option>
            {valuesOf(key).map((value) => (
              <option key={value} value={value}>
                {value}
              </option>
            ))}
          </select>
        ))}
        <span class="quiet">
          {filtered.value.length} of {tasks.size}
        </span>
        {filtered.value.length > 1 && filtered.value.length <= 200 && filtered.value.length < tasks.size && (
          <Controls tasks={filtered.value} actions={['trigger', 'pause', 'resume', 'restart', 'abort']} />
        )}
      </form>
    </search>
  )
}

function valuesOf(key: FilterKey): readonly string[] {
  const values = new Set<string>([...tasks.values()].map((row) => filterValue(row, key)))
  return [...values].sort((one, other) => one.localeCompare(other))
}

const scroll = signal({ top: 0, height: 800 })

/** Renders only rows near the visible part, because ten thousand rows would be slow. */
function Table() {
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const measure = (): void => {
      scroll.value = { top: element.scrollTop, height: element.clientHeight }
    }
    measure()
    element.addEventListener('scroll', measure, { passive: true })
    window.addEventListener('resize', measure)
    return () => {
      element.removeEventListener('scroll', measure)
      window.removeEventListener('resize', measure)
    }
  }, [])
  const rows = filtered.value
  const first = Math.max(0, Math.floor(scroll.value.top / rowHeight) - 5)
  const shown = rows.slice(first, first + Math.ceil(scroll.value.height / rowHeight) + 10)
  if (rows.length === 0 && tasks.size > 0) return <p class="empty">No task fits the filter.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="table" ref={box} tabIndex={0} aria-label="Tasks">
      <table aria-rowcount={rows.length}>
        <thead>
          <tr>
            {shownColumns.value.map((column) => (
              <HeaderCell key={column.key} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={first * rowHeight} />
          {shown.map((row, index) => (
            <tr key={row.name} aria-rowindex={first + index + 1}>
              {shownColumns.value.map(({ key, cell }) => (
                <td key={key} class={`cell-${key}`}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
          <Gap height={Math.max(0, rows.length - first - shown.length) * rowHeight} />
        </tbody>
      </table>
    </section>
  )
}

function Gap({ height }: { readonly height: number }) {
  if (height === 0) return null
  return (
    <tr class="gap">
      <td
        colSpan={shownColumns.value.length}
        ref={(cell) => {
          // The content security policy forbids inline styles, so a script sets the height.
          if (cell !== null) cell.style.height = `${height}px`
        }}
      />
    </tr>
  )
}

function HeaderCell({ column }: { readonly column: Column }) {
  const sort = route.value.query.get('sort') ?? 'health'
  const isSorted = sort.replace('-', '') === column.key
  const direction = isSorted ? (sort.startsWith('-') ? 'descending' : 'ascending') : undefined
  const kind = `head-${column.key}`
  if (column.order === undefined)
    return (
      <th scope="col" class={kind}>
        {column.title}
      </th>
    )
  return (
    <th scope="col" class={kind} aria-sort={direction}>
      <button
        type="button"
        onClick={() => setQuery('sort', direction === 'ascending' ? `-${column.key}` : column.key)}
      >
        {column.title}
        <span aria-hidden="true">
          {direction === undefined ? '' : direction === 'ascending' ? ' ↑' : ' ↓'}
        </span>
      </button>
    </th>
  )
}
