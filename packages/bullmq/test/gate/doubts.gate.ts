import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Store, stores } from './stores.ts'
import { TestMember } from './test-member.ts'

async function until(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(5)
}

describe.each(Object.entries(stores))('BullMQ on %s', (name, start) => {
  let store: Store
  beforeAll(async () => {
    store = await start()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  async function two(queue: string, pollEvery: '50ms' | '1m'): Promise<[TestMember, TestMember]> {
    const members: [TestMember, TestMember] = [
      new TestMember({ ...store.options, queue }),
      new TestMember({ ...store.options, queue, pollEvery }),
    ]
    onTestFinished(async () => {
      await Promise.all(members.map((member) => member.close()))
    })
    for (const member of members) {
      member.define('a')
      member.onRun = (run) => run.end()
    }
    await until(() => members.every(({ isUp }) => isUp))
    return members
  }

  test('runs the next slot although a process has offered the previous one again after its run had ended', async () => {
    const [prompt, late] = await two('again', '1m')
    const all = () => [...prompt.runs, ...late.runs].sort((a, b) => a.token - b.token)
    const slot = Date.now()
    await prompt.offer('a', slot)
    await until(() => prompt.records.get('a')?.lastRun?.slot === slot || late.runs.length === 1)
    await sleep(200)
    await late.offer('a', slot)

    await prompt.offer('a', slot + 1)
    await until(() => all().length === 2)

    expect(all().map((run) => run.slot)).toEqual([slot, slot + 1])
    expect([...prompt.dropped, ...late.dropped]).toEqual([])
  })

  test('runs the next slot although a process has offered a skipped slot again', async () => {
    const [prompt, late] = await two('skipped', '1m')
    for (const member of [prompt, late]) member.onRun = () => {}
    const all = () => [...prompt.runs, ...late.runs].sort((a, b) => a.token - b.token)
    const drops = () => [...prompt.dropped, ...late.dropped]
    const slot = Date.now()
    await prompt.offer('a', slot)
    await until(() => all().length === 1)
    await prompt.offer('a', slot + 1)
    await until(() => drops().length === 1)
    all()[0]?.end()
    await sleep(300)
    await late.offer('a', slot + 1)

    await prompt.offer('a', slot + 2)
    await until(() => all().length === 2)

    expect(all().map((run) => run.slot)).toEqual([slot, slot + 2])
    expect(drops()).toEqual([['a', [slot + 1], 'overlap']])
  })

  test('continues when the clock of one process is an hour ahead, and that process reports it until its clock is right', async () => {
    const [right, ahead] = await two('ahead', '50ms')
    const all = () => [...right.runs, ...ahead.runs]
    ahead.aheadMs = 3_600_000
    const slot = Date.now()

    const early = await ahead.offer('a', slot + 3_600_000)
    const account = { task: 'a', reason: 'missed', schedule: 'every 1 s', from: slot, count: 3_600 } as const
    const to = slot + 3_599_000
    const reported = await ahead.member.account({ ...account, slots: [to], to })
    await until(() => !ahead.isUp)
    const verdict = await right.offer('a', slot)
    await until(() => all().length === 1)

    expect([early, reported, verdict]).toEqual([{ verdict: 'known' }, [], { verdict: 'accepted' }])
    expect(String(ahead.lastError)).toMatch(/clock of this process is 3[56]\d\d s ahead of that of the store/)
    expect(all()[0]).toMatchObject({ slot, attempt: 1 })
    expect([...right.dropped, ...ahead.dropped]).toEqual([])
    ahead.aheadMs = 0
    await until(() => ahead.isUp)
  })

  test.runIf(name === 'PostgreSQL')('claims nothing by a clock that is behind', async () => {
    const [right, behind] = await two('behind', '50ms')
    behind.aheadMs = -60_000
    await until(() => !behind.isUp)
    const slot = Date.now()

    for (let each = 0; each < 5; each += 1) {
      await right.offer('a', slot + each)
      await until(() => right.runs.length === each + 1)
      await until(() => right.records.get('a')?.lastRun?.slot === slot + each)
      await sleep(100)
    }

    expect(behind.runs).toEqual([])
    behind.aheadMs = 0
    await until(() => behind.isUp)
  })
})
