import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { manual } from '@runwell/core'
import { expect, it, onTestFinished, vi } from 'vitest'
import { runCommand } from '../src/cli/program.ts'
import type { Console } from '../src/index.ts'
import { type Asked, askable } from './ask.ts'

/** Passes the requests to `ops.fetch`, as `@hono/node-server` does. */
function fetchBridge({ fetch: answer }: Console): RequestListener {
  return async (incoming, outgoing) => {
    const { headers, url } = incoming
    const response = await answer(
      new Request(`http://localhost${url}`, { headers: headers as Record<string, string> }),
    )
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    if (response.body === null) outgoing.end()
    else Readable.fromWeb(response.body as never).pipe(outgoing)
  }
}

const mounts: readonly (readonly [string, (ops: Console) => RequestListener])[] = [
  ['ops.node', (ops) => ops.node],
  ['ops.fetch', fetchBridge],
]

async function mounted(
  mount: (ops: Console) => RequestListener,
): Promise<
  Asked & { readonly server: Server; readonly url: string; readonly open: () => Promise<IncomingMessage> }
> {
  const asked = askable()
  asked.supervisor.register({ name: 'mail', schedule: manual(), run: () => {} })
  await asked.supervisor.start()
  const server = createServer(mount(asked.console)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const headers = { connection: 'keep-alive' }
  const open = async (): Promise<IncomingMessage> => {
    const sent = request({ port, path: '/ops/api/v1/events', headers }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return response
  }
  return { ...asked, server, url: `http://127.0.0.1:${port}/ops/`, open }
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^event: (.+)$/gm)].map(([, name = '']) => name)

it.each(mounts)('with an open page at %s, a stop does not wait for the server to close', async (_, mount) => {
  const { supervisor, server, open } = await mounted(mount)
  const page = textOf(await open())

  const before = () => new Promise((resolve) => server.close(resolve))
  const report = await supervisor.stop({ before, deadline: '15s' })

  expect(report.tookMs).toBe(0) // the virtual clock stands still
  expect(namesIn(await page).at(-1)).toBe('end')
})

it('with an open page at ops.node, a server closes even if no stop has begun, as in Fastify', async () => {
  const { server, open } = await mounted((ops) => ops.node)
  const page = textOf(await open())

  await new Promise((resolve) => server.close(resolve))

  expect(namesIn(await page)).not.toContain('end')
})

it('during drainDelay, a mounted console sends what is new, and ends the stream again', async () => {
  const { clock, supervisor, ask } = askable()
  const task = supervisor.register({ name: 'mail', schedule: manual(), run: () => {} })
  await supervisor.start()
  const page = await ask('events?watch=mail')
  const stopping = supervisor.stop({ drainDelay: '5s' })

  const first = await page.text()
  expect(namesIn(first).slice(-3)).toEqual(['process', 'detail', 'end'])
  expect(first).toContain('"phase":"draining"')
  const [cursor = ''] = first.match(/(?<=^id: ).+$/gm)?.slice(-1) ?? []
  task.pause()
  const second = await ask('events?watch=mail', { headers: { 'last-event-id': cursor } })
  expect([...new Set(namesIn(await second.text()))]).toEqual(['rows', 'events', 'process', 'detail', 'end'])

  await clock.advance('5s')
  await stopping
})

it('`runwell tail` of a mounted console goes on during drainDelay, until the server has closed', async () => {
  const { clock, supervisor, server, url } = await mounted((ops) => ops.node)
  let printed = ''
  const print = (text: string): void => {
    printed += text
  }
  const asked = once(server, 'request')
  const tail = runCommand(['tail', '--url', url, '--level', 'debug'], { env: {}, print, printError: print })
  await asked
  const stopping = supervisor.stop({ drainDelay: '5s' })
  await vi.waitFor(() => expect(printed).toContain('is stopping'), { timeout: 4_000 })
  supervisor.task('mail')?.pause('a test')
  await vi.waitFor(() => expect(printed).toContain('paused'), { timeout: 4_000 })
  server.close()

  expect(await tail).toBe(2)
  expect(printed).toContain('ECONNREFUSED')
  await clock.advance('5s')
  await stopping
}, 15_000)

it('answers of a mounted console close their connection once a stop has begun', async () => {
  const { clock, supervisor, ask } = askable()
  await supervisor.start()
  expect((await ask('snapshot')).headers.get('connection')).toBeNull()
  const stopping = supervisor.stop({ drainDelay: '5s' })

  expect((await ask('snapshot')).headers.get('connection')).toBe('close')
  expect((await ask('nothing')).headers.get('connection')).toBe('close')
  await clock.advance('5s')
  await stopping
})

it('a console with its own port sends events until the stop has ended', async () => {
  const { clock, supervisor, console } = askable({ authorize: () => ({ user: 'ana' }) })
  await supervisor.start()
  const { url } = await console.listen({ port: 0 })
  const response = await fetch(`${url}api/v1/events`)
  const stopping = supervisor.stop({ drainDelay: '5s' })
  await clock.advance('5s')
  await stopping
  await console.close()

  const text = await response.text()
  expect(text).toContain('"type":"shutdown.ended"')
  expect(namesIn(text)).not.toContain('end')
})
