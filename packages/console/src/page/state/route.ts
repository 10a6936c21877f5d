import { signal } from '@preact/signals'

export const views = ['tasks', 'timeline', 'next', 'events', 'loop', 'stop', 'audit'] as const
export type View = (typeof views)[number] | 'task'

export interface Route {
  readonly view: View
  /** Empty in views other than `task`. */
  readonly task: string
  /** Filters and sort order are in the address, so that a person can share a filtered table. */
  readonly query: URLSearchParams
}

export const route = signal(readRoute())

window.addEventListener('hashchange', () => {
  route.value = readRoute()
})

function readRoute(): Route {
  const [path = '', search = ''] = location.hash.replace(/^#\/?/, '').split('?')
  const [first = '', ...rest] = path.split('/')
  const query = new URLSearchParams(search)
  // A link from an alert contains the name as it is, and a name may contain slashes.
  const task = decoded(rest.join('/'))
  if (first === 'task' && task !== '') return { view: 'task', task, query }
  const view = views.find((name) => name === first) ?? 'tasks'
  return { view, task: '', query }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function hrefOf(view: View, task = '', query = new URLSearchParams()): string {
  const path = view === 'task' ? `task/${encodeURIComponent(task)}` : view
  const search = query.toString()
  return `#/${path}${search === '' ? '' : `?${search}`}`
}

/** Adds no entry to the history of the browser, so the back button does not undo a filter. */
export function setQuery(key: string, value: string): void {
  const { view, task, query } = route.value
  const changed = new URLSearchParams(query)
  if (value === '') changed.delete(key)
  else changed.set(key, value)
  history.replaceState(null, '', hrefOf(view, task, changed))
  route.value = readRoute()
}
