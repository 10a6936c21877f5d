import { signal } from '@preact/signals'

/** The views of the page, by the first word of the fragment. */
export const views = ['tasks', 'timeline', 'next', 'events', 'loop', 'stop', 'audit'] as const
export type View = (typeof views)[number] | 'task'

export interface Route {
  readonly view: View
  /** The task of the view `task`. */
  readonly task: string
  /** The filters. They are in the address, so that a filtered table can be shared. */
  readonly query: URLSearchParams
}

export const route = signal(readRoute())

window.addEventListener('hashchange', () => {
  route.value = readRoute()
})

function readRoute(): Route {
  const [path = '', search = ''] = location.hash.replace(/^#\/?/, '').split('?')
  const [first = '', task = ''] = path.split('/')
  const query = new URLSearchParams(search)
  if (first === 'task' && task !== '') return { view: 'task', task: decodeURIComponent(task), query }
  const view = views.find((name) => name === first) ?? 'tasks'
  return { view, task: '', query }
}

export function hrefOf(view: View, task = '', query = new URLSearchParams()): string {
  const path = view === 'task' ? `task/${encodeURIComponent(task)}` : view
  const search = query.toString()
  return `#/${path}${search === '' ? '' : `?${search}`}`
}

/** Changes a filter without a new entry in the history of the browser. */
export function setQuery(key: string, value: string): void {
  const { view, task, query } = route.value
  const changed = new URLSearchParams(query)
  if (value === '') changed.delete(key)
  else changed.set(key, value)
  history.replaceState(null, '', hrefOf(view, task, changed))
  route.value = readRoute()
}
