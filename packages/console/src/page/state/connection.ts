import { effect, signal } from '@preact/signals'
import type { ProcessView, Snapshot, StreamedEvent, TaskDetail, TaskRow } from '../../api/types.ts'
import { address, read } from './api.ts'
import { mayPass, Refused } from './refused.ts'
import { route } from './route.ts'
import { addEvents, applyProcess, applyRows, applySnapshot, detail, lostEvents } from './store.ts'
import { enteredToken, exchangeToken, tokenOfAddress } from './token.ts'

export type Connection =
  | { readonly state: 'loading' | 'live' | 'stopped' }
  | { readonly state: 'lost'; readonly sinceAt: number }
  | { readonly state: 'refused'; readonly why: string; readonly asksForToken: boolean }

export const connection = signal<Connection>({ state: 'loading' })

const retryMs = 2_000
let retry: ReturnType<typeof setTimeout> | undefined
let source: EventSource | undefined
let cursor: string | undefined

export async function connect(): Promise<void> {
  retry = undefined
  try {
    const token = tokenOfAddress()
    // Sends both requests at once. If the event loop of the process is blocked, both wait at the same time, and not
    // one after the other.
    await Promise.all([token && exchangeToken(token), load(token)])
  } catch (error) {
    showFailure(error)
    retry = setTimeout(connect, retryMs)
    return
  }
  effect(() => follow(wantedByView()))
}

/** @returns what went wrong */
export async function signIn(text: string): Promise<string | undefined> {
  const token = enteredToken(text)
  if (token === undefined) return wrongToken
  try {
    await exchangeToken(token)
  } catch (error) {
    if (!(error instanceof Refused)) return 'The process does not answer. Try again.'
    return error.asksForToken ? wrongToken : error.textWithCure
  }
  if (retry !== undefined) {
    clearTimeout(retry)
    void connect()
  }
  return undefined
}

const wrongToken =
  'The token is wrong. It is the option `token` of `createConsole()`. Without this option, it is the end of the ' +
  'address that the process printed for its console.'

async function load(token?: Readonly<Record<string, string>>): Promise<void> {
  const snapshot = embedded() ?? (await read<Snapshot>('snapshot', {}, token))
  cursor = snapshot.cursor
  applySnapshot(snapshot)
}

/** Returns the snapshot in the page, but only at the first call. Later, the snapshot would be out of date. */
function embedded(): Snapshot | undefined {
  const element = document.getElementById('snapshot')
  element?.remove()
  return element === null ? undefined : (JSON.parse(element.textContent ?? '') as Snapshot)
}

type Wanted = Readonly<Record<'types' | 'watch', string | undefined>>

function wantedByView(): Wanted {
  const { view, task } = route.value
  return { types: view === 'events' ? undefined : 'none', watch: view === 'task' ? task : undefined }
}

let followed = ''

function follow(wanted: Wanted): void {
  const key = JSON.stringify(wanted)
  if (key === followed && source?.readyState !== EventSource.CLOSED) return
  followed = key
  source?.close()
  detail.value = undefined
  if (wanted.watch !== undefined) void loadDetail(wanted.watch)
  open(wanted)
}

function open(wanted: Wanted): void {
  const opened = new EventSource(address('events', { ...wanted, after: cursor }))
  source = opened
  /** True if the console has announced the end of this stream. The page then shows no lost connection at once. */
  let isEndAnnounced = false
  opened.onopen = () => {
    connection.value = { state: 'live' }
  }
  opened.onerror = () => {
    if (source !== opened) return
    if (!isEndAnnounced) lost()
    isEndAnnounced = false
    // The browser connects again by itself, unless the server has answered with an error status.
    if (opened.readyState === EventSource.CLOSED) setTimeout(() => reopen(opened, wanted), retryMs)
  }
  on<{ rows: TaskRow[]; gone: string[] }>(opened, 'rows', ({ rows, gone }) => applyRows(rows, gone))
  on<StreamedEvent[]>(opened, 'events', addEvents)
  on<Partial<ProcessView>>(opened, 'process', applyProcess)
  on<TaskDetail | null>(opened, 'detail', (value) => {
    if (value === null || value.task.name === route.value.task) detail.value = value
  })
  // During a stop, a mounted console ends each stream, and the browser connects again.
  on(opened, 'end', () => {
    isEndAnnounced = true
  })
  on<{ lost?: number }>(opened, 'reset', ({ lost: count = 0 }) => {
    lostEvents.value += count
    void load().catch(() => lost())
  })
}

async function reopen(failed: EventSource, wanted: Wanted): Promise<void> {
  if (source !== failed) return
  try {
    await load()
  } catch (error) {
    showFailure(error)
    setTimeout(() => reopen(failed, wanted), retryMs)
    return
  }
  open(wanted)
}

export async function loadDetail(task: string): Promise<void> {
  try {
    const loaded = await read<TaskDetail>(`tasks/${encodeURIComponent(task)}`)
    if (route.value.task === task) detail.value = loaded
  } catch (error) {
    if (error instanceof Refused && route.value.task === task)
      detail.value = error.status === 404 ? null : error
  }
}

function on<Data>(from: EventSource, name: string, handle: (data: Data) => void): void {
  from.addEventListener(name, (event) => {
    if (event.lastEventId !== '') cursor = event.lastEventId
    handle(JSON.parse(event.data) as Data)
  })
}

function showFailure(error: unknown): void {
  if (mayPass(error) && isFormOpen()) return
  if (!(error instanceof Refused)) return lost()
  const { textWithCure: why, asksForToken } = error
  connection.value = { state: 'refused', why, asksForToken }
}

function lost(): void {
  if (connection.value.state === 'lost' || isFormOpen()) return
  connection.value = { state: 'lost', sinceAt: Date.now() }
}

/** A person may be entering the token. Another message would replace the form, and the text would be lost. */
function isFormOpen(): boolean {
  return connection.value.state === 'refused' && connection.value.asksForToken
}
