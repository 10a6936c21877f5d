import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
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

  /** The first member offers slots at once, the other member after 1 s. */
  async function two(queue: string) {
    const proxy = await StoreProxy.start(store.port)
    // With this `pollEvery`, a member counts as dead after 15 s of silence.
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
    const tasks = Array.from({ length: 20 }, (_, n) => `task-${n}`)
    for (const member of members) for (const task of tasks) member.define(task)
    const waits = (member: TestMember, task: string) => member.records.get(task)?.offersAfterMs
    const isFirsts = (task: string) => waits(first, task) === 0 && waits(other, task) === 1_000
    let task: string | undefined
    await until(() => {
      task = tasks.find(isFirsts)
      return task
    })
    for (const member of members) {
      member.onRun = (run) => run.end()
    }
    return { first, other, task: task ?? '', proxy, tasks, waits }
  }

  test('lets one of the processes that are alive offer a slot at once, and the others after 1 s', async () => {
    const { first, other, tasks, waits } = await two('shared')

    await until(() => tasks.every((task) => waits(first, task) !== waits(other, task)))

    const sums = tasks.map((task) => (waits(first, task) ?? 0) + (waits(other, task) ?? 0))
    expect(sums).toEqual(tasks.map(() => 1_000))
    expect(new Set(tasks.map((task) => waits(first, task))).size).toBe(2)
  })

  test('accepts the offer of another process while the first one is frozen but not yet taken for dead', async () => {
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

  test('lets another process offer at once when the first one has left', async () => {
    const { first, other, task, waits } = await two('left')

    await first.close()

    await until(() => waits(other, task) === 0)
  })
})
