import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { isFirstToOffer } from '../../src/records/first-offer.ts'
import { StoreProxy } from './proxy.ts'
import { type Store, stores } from './stores.ts'
import { TestMember } from './test-member.ts'

async function until(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(5)
}

describe.each(Object.entries(stores))('BullMQ on %s', (_name, start) => {
  let store: Store
  beforeAll(async () => {
    store = await start()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  /** Two processes, and a task that the first of them offers at once. */
  async function two(queue: string) {
    const proxy = await StoreProxy.start(store.port)
    // With this period, a process that is silent is taken for dead after 15 s.
    const options = { queue, pollEvery: '1s' } as const
    const first = new TestMember({ ...store.through(proxy.port), ...options })
    const other = new TestMember({ ...store.options, ...options })
    const members = [first, other]
    onTestFinished(async () => {
      proxy.weather = 'open'
      await Promise.all(members.map((member) => member.close()))
      proxy.close()
    })
    await until(() => members.every(({ isUp }) => isUp))
    const isFirst = (task: string): boolean => {
      const definition = { task, fingerprint: 'a' } as Parameters<typeof isFirstToOffer>[0]
      const definitions = new Map([[other.instanceId, definition]])
      return isFirstToOffer(definition, first.instanceId, { parts: new Map(), definitions }, () => true)
    }
    const task = Array.from({ length: 100 }, (_, n) => `task-${n}`).find(isFirst) ?? ''
    for (const member of members) {
      member.define(task)
      member.onRun = (run) => run.end()
    }
    const known = (member: TestMember) => member.records.get(task)?.members?.length
    await until(() => members.every((member) => known(member) === 2))
    return { first, other, task, proxy }
  }

  test('offers a slot only in one process, if that one offers it', async () => {
    const { first, other, task } = await two('prompt')
    const slot = Date.now()

    const verdicts = await Promise.all([other, first].map((member) => member.offer(task, slot)))

    expect(verdicts).toEqual([{ verdict: 'known' }, { verdict: 'accepted' }])
    await until(() => first.runs.length + other.runs.length === 1)
  })

  test('offers a slot in another process if the first one is frozen, before that one is taken for dead', async () => {
    const { first, other, task, proxy } = await two('frozen')
    proxy.weather = 'stalled'
    const slot = Date.now()

    const verdict = await other.offer(task, slot)

    const alive = other.records.get(task)?.members?.map(({ instanceId }) => instanceId)
    expect(verdict).toEqual({ verdict: 'accepted' })
    expect(alive).toContain(first.instanceId)
    await until(() => other.runs.length === 1)
    expect(other.runs[0]).toMatchObject({ task, slot, attempt: 1 })
  })
})
