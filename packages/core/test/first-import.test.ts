import { expect, it } from 'vitest'
import { Child } from './programs/child.ts'

it('no run sees the request that imported core first', async () => {
  const { output } = await new Child('first-import').ended()

  const none = ['none', 'nobody']
  expect(JSON.parse(output)).toEqual({
    slot: [...none, ...none],
    loop: none,
    manual: [...none, ...none],
    event: [...none, ...none, ...none],
    caller: ['request of bob', 'nobody'],
  })
})
