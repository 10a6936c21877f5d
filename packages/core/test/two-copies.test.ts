import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, vi } from 'vitest'
import { consoleLines } from './supervised.ts'

/** A program that uses both `import` and `require` has two copies of the package. */
async function newCopy() {
  vi.resetModules()
  return await import('../src/index.ts')
}

it('two supervisors of one name in two copies of the package are noticed', async () => {
  const lines = consoleLines()
  const [one, other] = [await newCopy(), await newCopy()]
  expect(one.Supervisor).not.toBe(other.Supervisor)
  const first = new one.Supervisor({ name: 'mails', observers: [] })
  const second = new other.Supervisor({ name: 'mails', observers: [] })
  const third = new other.Supervisor({ name: 'feeds', observers: [] })

  await first.start()
  expect(lines).toEqual([])
  await third.start()
  expect(lines).toEqual([])
  await second.start()

  expect(lines).toEqual([
    "[runwell] This process has two copies of @runwell/core, and a supervisor named 'mails' runs in each, so their metrics overwrite each other. Load the package either by import or by require, or give each supervisor a unique name",
  ])
  await Promise.all([first.stop(), second.stop(), third.stop()])
})

it('a supervisor that has stopped is not confused with its successor of another copy', async () => {
  const lines = consoleLines()
  for (const { Supervisor } of [await newCopy(), await newCopy()]) {
    const supervisor = new Supervisor({ name: 'mails', observers: [] })
    await supervisor.start()
    await supervisor.stop()
  }

  expect(lines).toEqual([])
})

it('a supervisor that has stopped can be garbage-collected', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const { every, loop, Supervisor } = await newCopy()
  const live = async (name: string): Promise<WeakRef<object>> => {
    const supervisor = new Supervisor({ name, observers: [{ name: 'observer', onEvent: () => {} }] })
    supervisor.register({ name: 'poll', schedule: every('1h', { immediate: true }), run: async () => {} })
    supervisor.register({ name: 'listen', schedule: loop(), run: ({ sleep }) => sleep('1d') })
    await supervisor.start()
    await supervisor.spawn('job', () => {}).outcome
    await supervisor.stop()
    return new WeakRef(supervisor)
  }
  const refs = [await live('tenant-1'), await live('tenant-2'), await live('tenant-3')]
  for (let round = 0; round < 10 && refs.some((ref) => ref.deref()); round += 1) {
    await new Promise((resolve) => void setImmediate(resolve)) // `deref()` keeps its target in memory until the end of the turn
    collect()
  }

  expect(refs.map((ref) => ref.deref())).toEqual([undefined, undefined, undefined])
})
