import { afterEach, beforeEach, expect, it, vi } from 'vitest'

/** The types of the page need the types of a browser, which this folder does not have. */
interface ConnectionModule {
  connect(): Promise<void>
  signIn(text: string): Promise<string | undefined>
  readonly connection: { readonly value: { readonly state: string; readonly asksForToken?: boolean } }
}

const connecting = 0
const closed = 2
const snapshot = { cursor: '1', tasks: [], process: { at: 0 } }

class Stream extends EventTarget {
  static readonly CLOSED = closed
  readyState = connecting
  onopen: () => void = () => {}
  onerror: () => void = () => {}
  constructor() {
    super()
    streams.push(this)
  }

  close(): void {
    this.readyState = closed
  }

  open(): void {
    this.onopen()
  }

  announceEnd(): void {
    this.dispatchEvent(new MessageEvent('end', { data: 'null' }))
  }

  fail(readyState: number): void {
    this.readyState = readyState
    this.onerror()
  }
}

let streams: Stream[] = []
let browserWindow: EventTarget
let address: { hash: string }
let page: ConnectionModule
/** Answers the requests of the page. */
let answer: () => Response

const accept = () => Response.json(snapshot)
const askForToken = () =>
  Response.json({ error: 'You are not signed in.' }, { status: 401, headers: { 'x-runwell': '1' } })
const failOfProxy = () => new Response('Bad gateway', { status: 502 })
const disconnect = () => {
  throw new TypeError('network error')
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  streams = []
  answer = accept
  browserWindow = new EventTarget()
  address = { hash: '#/tasks' }
  vi.stubGlobal('window', browserWindow)
  vi.stubGlobal('location', address)
  vi.stubGlobal('document', { getElementById: () => null })
  vi.stubGlobal('EventSource', Stream)
  vi.stubGlobal('fetch', async () => answer())
  vi.resetModules()
  page = await vi.importActual<ConnectionModule>('../src/page/state/connection.ts')
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function lastStream(): Stream {
  return streams.at(-1) as Stream
}

function openView(hash: string): void {
  address.hash = hash
  browserWindow.dispatchEvent(new Event('hashchange'))
}

const state = () => page.connection.value.state

it('shows no lost connection when a stream ends after the console has announced it', async () => {
  await page.connect()
  lastStream().open()
  lastStream().announceEnd()

  lastStream().fail(connecting)
  expect(state()).toBe('live')
  lastStream().fail(connecting)
  expect(state()).toBe('lost')
})

it('shows the lost connection of a stream that opened after the end of another stream', async () => {
  await page.connect()
  lastStream().open()
  lastStream().announceEnd()
  openView('#/events')
  lastStream().open()

  lastStream().fail(closed)

  expect(streams).toHaveLength(2)
  expect(state()).toBe('lost')
})

it('shows a lost connection if the process does not answer after an announced end', async () => {
  await page.connect()
  lastStream().open()
  lastStream().announceEnd()
  lastStream().fail(closed)
  expect(state()).toBe('live')

  answer = disconnect
  await vi.advanceTimersByTimeAsync(2_000)
  expect(state()).toBe('lost')

  answer = accept
  await vi.advanceTimersByTimeAsync(2_000)
  lastStream().open()
  expect(state()).toBe('live')
})

it.each([
  ['a lost connection', disconnect],
  ['an error of a proxy', failOfProxy],
])('keeps the form for the token during %s', async (_, failure) => {
  answer = askForToken
  await page.connect()
  expect(page.connection.value).toMatchObject({ state: 'refused', asksForToken: true })

  answer = failure
  await vi.advanceTimersByTimeAsync(4_000)
  expect(page.connection.value).toMatchObject({ state: 'refused', asksForToken: true })

  answer = accept
  await vi.advanceTimersByTimeAsync(2_000)
  lastStream().open()
  expect(state()).toBe('live')
})

it('says where to find the token if it is wrong', async () => {
  answer = askForToken

  expect(await page.signIn('0123456789abcdef')).toBe(
    'The token is wrong. It is the option `token` of `createConsole()`. Without this option, it is the end of the ' +
      'address that the process printed for its console.',
  )
})
