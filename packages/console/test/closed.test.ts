import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { every } from '@runwell/core'
import { expect, it, onTestFinished } from 'vitest'
import type { SignedIn } from '../src/access/gate.ts'
import { type Asked, askable } from './ask.ts'

function slowToAuthorize(): Asked & { readonly signIn: () => void } {
  let signIn = (): void => {}
  const signedIn = new Promise<SignedIn>((resolve) => {
    signIn = () => resolve({ user: 'ada', can: 'everything' })
  })
  return { ...askable({ authorize: () => signedIn }), signIn }
}

it('a closed console refuses requests, since a stream of it would never end', async () => {
  const { ask, console } = askable()
  const before = await ask('events')
  await console.close()

  const body = before.body?.getReader()
  while ((await body?.read())?.done === false);
  for (const path of ['events', 'snapshot', '/ops/']) {
    const response = await ask(path)
    expect([response.status, await response.json()]).toEqual([503, { error: 'This console was closed.' }])
  }
})

it('a closed console does not listen again', async () => {
  const { console } = askable()
  await console.close()
  await expect(console.listen({ port: 0 })).rejects.toMatchObject({ code: 'RUNWELL_WRONG_STATE' })
})

it.each(['events', 'snapshot', '/ops/'])(
  'a console that is closed while `authorize` decides refuses the request for %s',
  async (path) => {
    const { ask, console, signIn } = slowToAuthorize()
    const asked = ask(path)
    await console.close()
    signIn()

    const response = await asked
    expect([response.status, await response.json()]).toEqual([503, { error: 'This console was closed.' }])
  },
)

it('a console that is closed while `authorize` decides performs no action', async () => {
  const { supervisor, write, console, signIn } = slowToAuthorize()
  const task = supervisor.register({ name: 'sync', schedule: every('1h'), run: () => {} })
  const asked = write('tasks/sync/pause')
  await console.close()
  signIn()

  expect((await asked).status).toBe(503)
  expect(task.paused).toBe(false)
})

it('a console that is closed while it begins to listen leaves no server', async () => {
  const { console } = askable()
  const socket = join(mkdtempSync(join(tmpdir(), 'runwell-')), 'console')
  onTestFinished(() => rmSync(dirname(socket), { recursive: true }))
  const listening = console.listen({ socket })
  const refused = expect(listening).rejects.toMatchObject({ code: 'RUNWELL_WRONG_STATE' })
  await console.close()

  expect(existsSync(socket)).toBe(false)
  await refused
})
