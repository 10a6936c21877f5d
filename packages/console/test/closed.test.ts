import { expect, it } from 'vitest'
import { askable } from './ask.ts'

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
