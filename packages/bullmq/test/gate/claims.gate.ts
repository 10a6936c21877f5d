import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { resolveOptions } from '../../src/options.ts'
import { jobId, placeOf } from '../../src/store/job-data.ts'
import { openStore } from '../../src/store/open-store.ts'
import { type Store, stores } from './stores.ts'
import { TestMember } from './test-member.ts'

const tasks = Array.from({ length: 200 }, (_, index) => `task-${index}`)

describe.each(Object.entries(stores))('slots that wait in the queue on %s', (_name, start) => {
  let store: Store
  beforeAll(async () => {
    store = await start()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  test('run as soon as they are claimed, while more of them wait', async () => {
    const queue = 'waiting'
    const inside = await openStore(
      resolveOptions({ ...store.options, queue }),
      'reader',
      async () => {},
      () => {},
      (step) => step,
    )
    const slot = Date.now()
    await inside.queue.addBulk(
      tasks.map((task) => ({
        name: task,
        data: { kind: 'run', slot, order: slot, by: 'a process that has left' },
        opts: { jobId: jobId(task, slot), deduplication: { id: placeOf(task, 0) } },
      })),
    )

    const member = new TestMember({ ...store.options, queue })
    onTestFinished(async () => {
      await member.close()
      await Promise.all([inside.worker.close(true), inside.queue.disconnect()])
    })
    let claimedAtFirst: Promise<number> | undefined
    member.onRun = () => {
      claimedAtFirst ??= inside.queue.getActiveCount()
    }
    for (const task of tasks) member.define(task)
    while (member.runs.length < tasks.length) await sleep(5)

    expect(await claimedAtFirst).toBeLessThan(20)
  })

  test('run at most as many at once as `concurrency` allows', async () => {
    const member = new TestMember({ ...store.options, queue: 'limited', concurrency: 3 })
    onTestFinished(async () => {
      await member.close()
    })
    const some = tasks.slice(0, 10)
    for (const task of some) member.define(task)
    const slot = Date.now()
    await Promise.all(some.map((task) => member.offer(task, slot)))
    while (member.runs.length < 3) await sleep(5)
    await sleep(500)
    expect(member.runs).toHaveLength(3)

    member.runs[0]?.end()
    while (member.runs.length < 4) await sleep(5)
    await sleep(200)
    expect(member.runs).toHaveLength(4)
  })
})
