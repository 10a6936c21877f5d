import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { manual } from '@runwell/core'
import { afterEach, expect, it, vi } from 'vitest'
import { askable } from './ask.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function triggerBehind(
  middleware: (request: IncomingMessage) => Promise<void>,
): Promise<{ readonly status: number; readonly answer: string; readonly inputs: readonly unknown[] }> {
  const { supervisor, console } = askable()
  const inputs: unknown[] = []
  supervisor.register({ name: 'mail', schedule: manual(), run: ({ input }) => void inputs.push(input) })
  await supervisor.start()
  const onRequest: RequestListener = (request, response) =>
    void middleware(request).then(() => console.node(request, response))
  const server = createServer(onRequest)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(
    () => server.close().closeAllConnections(),
    () => console.close(),
    () => supervisor.stop(),
  )
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/ops/api/v1/tasks/mail/trigger`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-runwell': '1' },
    body: '{"input":"ana"}',
  })
  return { status: response.status, answer: await response.text(), inputs }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
  return text
}

it('reads the body itself', async () => {
  expect(await triggerBehind(async () => {})).toMatchObject({ status: 200, inputs: ['ana'] })
})

it('takes the body from a middleware that has parsed it, such as express.json()', async () => {
  const parse = async (request: IncomingMessage): Promise<void> => {
    Object.assign(request, { body: JSON.parse(await textOf(request)) as unknown })
  }

  expect(await triggerBehind(parse)).toMatchObject({ status: 200, inputs: ['ana'] })
})

it('does not run a task without its input if something has read the body and kept it', async () => {
  const { status, answer, inputs } = await triggerBehind(async (request) => void (await textOf(request)))

  expect(status).toBe(500)
  expect(answer).toContain('Something has read the body before the console got the request.')
  expect(inputs).toEqual([])
})

it('does not log a failure if the client leaves before it has sent the whole body', async () => {
  const warnings: string[] = []
  const { console } = askable({ onWarning: (text) => warnings.push(text) })
  const server = createServer(console.node)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const headers = { 'content-type': 'application/json', 'x-runwell': '1', 'content-length': '100' }
  const sent = request({ port, path: '/api/v1/tasks/mail/trigger', method: 'POST', headers })
  sent.on('error', () => {})
  sent.write('{"input":')
  const [incoming, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  const answered = new Promise((resolve) => {
    vi.spyOn(response, 'writeHead').mockImplementation(() => {
      resolve(undefined)
      return response
    })
  })
  await once(incoming, 'data') // now the console waits for the rest of the body
  sent.destroy()
  await answered

  expect(warnings).toEqual([])
})
