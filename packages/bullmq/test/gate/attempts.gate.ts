import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { resolveOptions } from '../../src/options.ts'
import { type OpenStore, openStore } from '../../src/store/open-store.ts'
import { StoreProxy } from './proxy.ts'
import { type Store, stores } from './stores.ts'
import { TestMember } from './test-member.ts'

async function until(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(20)
}

/** The store keeps a record of an attempt only if the run lasts for a second. */
describe.each(Object.entries(stores))('attempts on %s', (_name, start) => {
  let store: Store
  beforeAll(async () => {
    store = await start()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  let queues = 0

  async function scene() {
    queues += 1
    const queue = `attempts${queues}`
    const proxy = await StoreProxy.start(store.port)
    const fleet = { queue, takeOverWithin: '2s', pollEvery: '50ms' } as const
    const [first, second] = [
      new TestMember({ ...store.through(proxy.port), ...fleet }),
      new TestMember({ ...store.options, ...fleet }),
    ]
    const options = resolveOptions({ ...store.options, queue })
    const inside: OpenStore = await openStore(
      options,
      'reader',
      async () => {},
      () => {},
      (step) => step,
    )
    onTestFinished(async () => {
      proxy.weather = 'open'
      await Promise.all([first.close(), second.close()])
      await Promise.all([inside.worker.close(true), inside.queue.disconnect()])
      proxy.close()
    })
    for (const member of [first, second]) member.define('a:b')
    await until(() => [first, second].every(({ isUp }) => isUp))
    const fields = async () =>
      Object.keys(await inside.fields.getQueueMeta()).filter((name) => name.startsWith('a|'))
    const running = () =>
      [first, second].map(({ records }) => records.get('a:b')?.running?.map(({ instanceId }) => instanceId))
    const runInFirst = async (): Promise<void> => {
      second.member.withdraw('a:b')
      await first.offer('a:b', Date.now())
      await until(() => first.runs.length === 1)
      second.define('a:b')
    }
    return { first, second, proxy, inside, fields, running, runInFirst }
  }

  test('are not there for runs that end within a second', async () => {
    const { first, second, inside, fields } = await scene()
    for (const member of [first, second]) member.onRun = (run) => void setTimeout(() => run.end(), 500)
    const begun = Date.now()
    for (let slot = begun; Date.now() - begun < 3_000; slot += 1) {
      await first.offer('a:b', slot)
      await sleep(50)
    }
    expect(first.runs.length + second.runs.length).toBeGreaterThan(2)
    expect(await fields()).toEqual([])
    const texts = Object.values(await inside.fields.getQueueMeta())
    expect(texts.filter((text) => text.includes(' a|'))).toEqual([])
  })

  test('are there while a run lasts, and not any more when it has ended', async () => {
    const { first, second, fields, running } = await scene()
    const slot = Date.now()
    await second.offer('a:b', slot)
    await until(() => first.runs.length + second.runs.length === 1)
    const [run] = [...first.runs, ...second.runs]
    await until(() => running().every((instances) => instances?.length === 1))
    expect(running()).toEqual([[run?.instanceId], [run?.instanceId]])
    expect(await fields()).toEqual([`a|a:b|${slot}|1`])
    run?.end()
    await until(() => running().every((instances) => instances?.length === 0))
    expect(await fields()).toEqual([])
  })

  test('outlive their process until another one has finished its run', async () => {
    const { first, second, proxy, fields, running, runInFirst } = await scene()
    await runInFirst()
    await until(async () => (await fields()).length === 1)
    proxy.weather = 'cut'
    await until(() => second.runs.length === 1)
    const [lost, next] = [first.runs.at(-1), second.runs.at(-1)]
    expect(next).toMatchObject({ slot: lost?.slot, attempt: 2 })
    expect(next?.earlier).toMatchObject([{ instanceId: first.instanceId, attempt: 1 }])
    expect(await fields()).toContain(`a|a:b|${lost?.slot}|1`)
    await until(() => running()[1]?.[0] === second.instanceId)
    next?.end()
    await until(async () => (await fields()).length === 0)
  })

  test('of a process that was only cut off do not come back', async () => {
    const { first, second, proxy, fields, running, runInFirst } = await scene()
    await runInFirst()
    await until(async () => (await fields()).length === 1)
    proxy.weather = 'stalled'
    await until(() => second.runs.length === 1)
    proxy.weather = 'open'
    await until(() => first.runs.at(-1)?.isLost)
    await until(() => running()[0]?.[0] === second.instanceId)
    expect(running()[0]).toHaveLength(1)
    first.runs.at(-1)?.end()
    second.runs.at(-1)?.end()
    await until(async () => (await fields()).length === 0)
  })

  test('whose process died before it removed them disappear once their job is finished, and not before', async () => {
    const { first, second, inside, fields } = await scene()
    for (const member of [first, second]) member.onRun = (run) => run.end()
    const slot = Date.now()
    await second.offer('a:b', slot)
    await until(() => second.records.get('a:b')?.lastRun?.slot === slot)
    for (const member of [first, second]) member.onRun = () => {}
    await until(async () => {
      await second.offer('a:b', Date.now())
      return [...first.runs, ...second.runs].some((run) => run.slot !== slot)
    })
    const live = [...first.runs, ...second.runs].find((run) => run.slot !== slot)
    const dead = { instanceId: 'dead', runId: 'dead-1', attempt: 1, startedAt: slot }
    await inside.fields.setQueueMeta({
      [`a|a:b|${slot}|1`]: JSON.stringify(dead),
      [`a|a:b|${live?.slot}|7`]: JSON.stringify({ ...dead, attempt: 7 }),
      'a|gone|1|1': 'not even JSON',
    })
    await until(async () => (await fields()).length === 2)
    expect((await fields()).sort((one, other) => one.localeCompare(other))).toEqual([
      `a|a:b|${live?.slot}|1`,
      `a|a:b|${live?.slot}|7`,
    ])
  })

  test('that cannot be read do not keep another process from taking over', async () => {
    const { second, proxy, inside, fields, runInFirst } = await scene()
    await runInFirst()
    await until(async () => (await fields()).length === 1)
    const [field = ''] = await fields()
    await inside.fields.setQueueMeta({ [field]: '{"instanceId":7' })
    proxy.weather = 'cut'
    await until(() => second.runs.length === 1)
    expect(second.runs.at(-1)).toMatchObject({ attempt: 2, earlier: [] })
  })

  test('of a process that stops go with the job', async () => {
    const { first, second, fields, runInFirst } = await scene()
    await runInFirst()
    const endedAt = Date.now()
    first.runs.at(-1)?.end({ outcome: 'cancelled', isStopping: true, endedAt })
    await until(() => second.runs.length === 1)
    const earlier = second.runs.at(-1)?.earlier
    expect(earlier).toMatchObject([{ instanceId: first.instanceId, attempt: 1, endedAt }])
    second.runs.at(-1)?.end()
    await until(async () => (await fields()).length === 0)
  })
})
