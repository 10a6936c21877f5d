import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { BullmqFleetOptions } from '../../src/options.ts'
import { StoreProxy } from './proxy.ts'
import { type Store, stores } from './stores.ts'
import { TestMember } from './test-member.ts'

async function until(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(5)
}

let queues = 0

describe.each(Object.entries(stores))('BullMQ on %s', (_name, start) => {
  let store: Store
  beforeAll(async () => {
    store = await start()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  async function fleet(count: number, options: Partial<BullmqFleetOptions> = {}): Promise<TestMember[]> {
    queues += 1
    const queue = `q${queues}`
    const members = Array.from(
      { length: count },
      () => new TestMember({ ...store.options, queue, ...options }),
    )
    onTestFinished(async () => {
      await Promise.all(members.map((member) => member.close()))
    })
    await until(() => members.every(({ isUp }) => isUp))
    return members
  }
  /** Oldest run first, because each run has a higher token than the run before it. */
  const runsOf = (members: readonly TestMember[]) =>
    members.flatMap(({ runs }) => runs).sort((a, b) => a.token - b.token)
  const dropsOf = (members: readonly TestMember[]) => members.flatMap(({ dropped }) => dropped)

  test('runs a slot once, however many processes offer it', async () => {
    const members = await fleet(3)
    for (const member of members) member.define('nightly:backup')
    const slot = Date.now()

    const verdicts = await Promise.all(members.map((member) => member.offer('nightly:backup', slot)))
    await until(() => runsOf(members).length === 1)
    runsOf(members)[0]?.end()
    await until(() => members.every(({ records }) => records.get('nightly:backup')?.lastSlot === slot))
    const late = await members[0]?.offer('nightly:backup', slot)
    await sleep(200)

    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(late?.verdict).toBe('known')
    expect(runsOf(members)).toHaveLength(1)
    expect(runsOf(members)[0]).toMatchObject({ task: 'nightly:backup', slot, attempt: 1 })
  })

  test('tells every process how the last run ended, and where', async () => {
    const members = await fleet(2)
    for (const member of members) member.define('a')
    const slot = Date.now()
    await members[0]?.offer('a', slot)
    await until(() => runsOf(members).length === 1)
    const [run] = runsOf(members)
    run?.end()

    await until(() => members.every(({ records }) => records.get('a')?.lastRun !== undefined))
    for (const { records } of members)
      expect(records.get('a')?.lastRun).toMatchObject({
        slot,
        outcome: 'succeeded',
        instanceId: run?.instanceId,
      })
    expect(members[0]?.records.get('a')?.lastSuccessAt).toBeGreaterThanOrEqual(slot)
  })

  test('keeps the last success when a later run fails', async () => {
    const members = await fleet(2)
    for (const member of members) member.define('a')
    const slot = Date.now()
    await members[0]?.offer('a', slot)
    await until(() => runsOf(members).length === 1)
    runsOf(members)[0]?.end({ endedAt: slot + 10 })
    let next = slot + 1
    await until(async () => (await members[1]?.offer('a', next++)) && runsOf(members).length === 2)
    runsOf(members)[1]?.end({ outcome: 'failed', endedAt: slot + 20 })

    const outcome = ({ records }: TestMember) => records.get('a')?.lastRun?.outcome
    await until(() => members.every((member) => outcome(member) === 'failed'))
    for (const { records } of members)
      expect(records.get('a')).toMatchObject({
        lastSuccessAt: slot + 10,
        lastRun: { endedAt: slot + 20, attempt: 1 },
      })
  })

  test('skips a slot that comes during a live run anywhere, and one process says so', async () => {
    const members = await fleet(3)
    for (const member of members) member.define('a')
    const slot = Date.now()
    await members[0]?.offer('a', slot)
    await until(() => runsOf(members).length === 1)

    await Promise.all(members.map((member) => member.offer('a', slot + 1)))
    await until(() => dropsOf(members).length > 0)
    await sleep(100)

    expect(dropsOf(members)).toEqual([['a', [slot + 1], 'overlap']])
    expect(runsOf(members)).toHaveLength(1)
    runsOf(members)[0]?.end()
    let next = slot + 2
    await until(async () => (await members[0]?.offer('a', next++)) && runsOf(members).length === 2)
  })

  test('runs as many at once as a parallel task may', async () => {
    const members = await fleet(2)
    for (const member of members) member.define('a', { overlap: 'parallel', limit: 3 })
    const slot = Date.now()

    for (let each = 0; each < 4; each += 1) await members[each % 2]?.offer('a', slot + each)
    await until(() => runsOf(members).length === 3 && dropsOf(members).length === 1)

    expect(dropsOf(members)).toEqual([['a', [slot + 3], 'overlap']])
  })

  test('lets the newest slot wait for the live run', async () => {
    const members = await fleet(2)
    for (const member of members) member.define('a', { overlap: 'queue' })
    const slot = Date.now()
    await members[0]?.offer('a', slot)
    await until(() => runsOf(members).length === 1)

    await members[1]?.offer('a', slot + 1)
    await members[0]?.offer('a', slot + 2)
    await until(() => dropsOf(members).length === 1)
    expect(dropsOf(members)).toEqual([['a', [slot + 1], 'replaced']])
    expect(runsOf(members)).toHaveLength(1)
    runsOf(members)[0]?.end()
    await until(() => runsOf(members).length === 2)

    expect(runsOf(members)[1]).toMatchObject({ slot: slot + 2, attempt: 1 })
  })

  test('replaces the live run, wherever it is', async () => {
    const members = await fleet(2)
    for (const member of members) member.define('a', { overlap: 'cancel-previous' })
    const slot = Date.now()
    await members[0]?.offer('a', slot)
    await until(() => runsOf(members).length === 1)

    for (const member of members) await member.offer('a', slot + 1)
    await until(() => runsOf(members).length === 2)

    expect(runsOf(members).find((run) => run.slot === slot)?.isReplaced).toBe(true)
    expect(runsOf(members).find((run) => run.slot === slot + 1)?.isReplaced).toBe(false)
  })

  test('answers a request of another process with its result', async () => {
    const [asking, running] = (await fleet(2)) as [TestMember, TestMember]
    asking.define('a')
    running.define('a')
    for (const member of [asking, running])
      member.onRun = (run) => run.end({ value: { doubled: (run.input as { n: number }).n * 2 } })

    const request = { task: 'a', id: 'x:1', input: { n: 21 }, carrier: { trace: 't' }, by: 'me' }
    const result = await asking.member.request(request)

    expect(result).toMatchObject({ started: true, outcome: 'succeeded', value: { doubled: 42 } })
    const [run] = runsOf([asking, running])
    expect(run).toMatchObject({ slot: undefined, carrier: { trace: 't' }, requestedBy: asking.instanceId })
  })

  test('does not run a request again that ended while its process was cut off from the store', async () => {
    const proxy = await StoreProxy.start(store.port)
    const options = { queue: `q${queues + 1}`, takeOverWithin: '400ms', concurrency: 1 } as const
    const ask = (member: TestMember, task: string) =>
      member.member.request({ task, id: task, input: 1, carrier: undefined, by: undefined })
    // This process is busy with task `b`, and `concurrency` is 1. When the lease of `a` ends, this process puts the
    // job of `a` back into the queue, but cannot claim it.
    const [busy] = (await fleet(1, options)) as [TestMember]
    busy.define('a')
    busy.define('b')
    void ask(busy, 'b')
    await until(() => busy.runs.length === 1)
    const member = new TestMember({ ...store.through(proxy.port), ...options })
    onTestFinished(async () => {
      await member.close()
      proxy.close()
    })
    await until(() => member.isUp)
    member.define('a')
    const result = ask(member, 'a')
    await until(() => member.runs.length === 1)

    proxy.weather = 'cut'
    await until(() => !member.isUp)
    member.runs[0]?.end()
    await sleep(1_000)
    proxy.weather = 'open'

    expect(await result).toMatchObject({ started: true, outcome: 'succeeded', instanceId: member.instanceId })
    expect(member.runs).toHaveLength(1)
  })

  test('refuses a request during a live run', async () => {
    const members = await fleet(2)
    for (const member of members) member.define('a')
    await members[0]?.offer('a', Date.now())
    await until(() => runsOf(members).length === 1)

    const result = await members[1]?.member.request({
      task: 'a',
      id: 'r',
      input: 1,
      carrier: undefined,
      by: undefined,
    })

    expect(result).toEqual({ started: false, reason: 'overlap' })
  })

  test('gives tokens that grow, over slots and requests', async () => {
    const [member] = (await fleet(1)) as [TestMember]
    member.define('a')
    member.onRun = (run) => run.end()
    const slot = Date.now() - 50
    await member.offer('a', slot)
    await until(() => member.runs.length === 1)
    // Until the store knows that the run has ended, the task can start no other run.
    let requests = 0
    await until(async () => {
      const request = { task: 'a', id: `r${requests++}`, input: 1, carrier: undefined, by: undefined }
      return (await member.member.request(request)).started
    })
    const next = Date.now() + 20
    await sleep(20)
    await until(async () => (await member.offer('a', next)) && member.runs.length === 3)

    const tokens = member.runs.map(({ token }) => token)
    expect(tokens).toEqual([...tokens].sort((a, b) => a - b))
    expect(new Set(tokens).size).toBe(3)
    expect(tokens.every(Number.isSafeInteger)).toBe(true)
  })

  test('offers a slot that was refused to other processes, and reports it once when its time is over', async () => {
    const members = await fleet(2)
    for (const member of members) {
      member.define('a')
      member.onRun = (run) => run.refuse()
    }
    const slot = Date.now()

    await members[0]?.offer('a', slot, slot + 1_500)
    await until(() => dropsOf(members).length === 1)

    expect(dropsOf(members)).toEqual([['a', [slot], 'missed']])
    expect(runsOf(members).length).toBeGreaterThan(2)
  })

  test('lets a process run what another one has refused', async () => {
    const [refuses, runs] = (await fleet(2)) as [TestMember, TestMember]
    // The next slot may come before the store knows that the last run has ended, so it is queued.
    for (const member of [refuses, runs]) member.define('a', { overlap: 'queue' })
    refuses.onRun = (run) => run.refuse()
    runs.onRun = (run) => run.end()

    for (let each = 0; each < 20; each += 1) {
      await refuses.offer('a', Date.now())
      await until(() => runs.runs.length === each + 1)
      await until(() => refuses.records.get('a')?.lastSlot === runs.runs.at(-1)?.slot)
    }

    expect(dropsOf([refuses, runs])).toEqual([])
  })

  test('gives a slot back whose process stops, and another one runs it as the next attempt', async () => {
    const [stops, other] = (await fleet(2)) as [TestMember, TestMember]
    stops.define('a')
    stops.onRun = (run) => run.end({ outcome: 'cancelled', isStopping: true })
    await stops.offer('a', Date.now())
    await until(() => stops.runs.length > 0)
    other.define('a')

    await until(() => other.runs.length === 1)
    expect(other.runs[0]?.attempt).toBe(2)
    expect(stops.runs).toHaveLength(1)
  })

  test('lets the first process account for slots that no process offered', async () => {
    const members = await fleet(3)
    for (const member of members) member.define('a')
    const to = Date.now()
    const account = {
      task: 'a',
      reason: 'missed',
      slots: [to - 60_000, to],
      from: to - 60_000,
      to,
      count: 2,
      schedule: 'daily',
    } as const

    const answers = await Promise.all(members.map(({ member }) => member.account(account)))

    expect(answers.flat().sort()).toEqual([to - 60_000, to])
    await until(() => members.every(({ records }) => records.get('a')?.lastSlot === to))
    const again = await Promise.all(members.map(({ member }) => member.account(account)))
    expect(again).toEqual(answers)
    expect(members[0]?.records.get('a')?.lastSchedule).toBe('daily')
    expect(await members[1]?.offer('a', to)).toEqual({ verdict: 'known' })
  })

  test('does not account for slots that another process has offered or accounted for', async () => {
    const [offers, accounts, comesLate] = (await fleet(3)) as [TestMember, TestMember, TestMember]
    for (const member of [offers, accounts, comesLate]) member.define('a')
    const [oldest, second, third, newest] = [3, 2, 1, 0].map((before) => Date.now() - before * 1_000) as [
      number,
      number,
      number,
      number,
    ]
    const account = { task: 'a', reason: 'missed', schedule: 'every 1 s', from: oldest, count: 3 } as const

    await offers.offer('a', oldest)
    const first = await accounts.member.account({
      ...account,
      slots: [oldest, second, third],
      to: third,
    })
    const later = await comesLate.member.account({
      ...account,
      from: second,
      slots: [second, third, newest],
      to: newest,
    })

    expect(first).toEqual([second, third])
    expect(later).toEqual([newest])
    await until(() => runsOf([offers, accounts, comesLate]).length === 1)
    expect(runsOf([offers, accounts, comesLate])[0]?.slot).toBe(oldest)
  })

  test('pauses and resumes in all processes', async () => {
    const members = await fleet(2)
    for (const member of members) member.define('a')
    await members[0]?.member.control({
      task: 'a',
      action: 'pause',
      by: 'ada',
      reason: 'migration',
      until: undefined,
    })
    await until(() => members[1]?.records.get('a')?.paused !== undefined)
    expect(members[1]?.records.get('a')?.paused).toMatchObject({ by: 'ada', reason: 'migration' })

    await members[0]?.offer('a', Date.now())
    await until(() => dropsOf(members).length === 1)
    expect(dropsOf(members)[0]?.[2]).toBe('paused')
    await members[1]?.member.control({ task: 'a', action: 'resume', by: 'ada', reason: undefined })
    await until(() => members[0]?.records.get('a')?.paused === undefined)
  })

  test('knows the definitions of live processes, and forgets those of one that left', async () => {
    const [first, second] = (await fleet(2)) as [TestMember, TestMember]
    first.define('a', { fingerprint: 'old' })
    second.define('a', { fingerprint: 'new' })
    const known = (member: TestMember) =>
      member.records
        .get('a')
        ?.members?.map(({ fingerprint }) => fingerprint)
        .sort()
        .join()

    await until(() => known(first) === 'new,old' && known(second) === 'new,old')
    await first.close()
    await until(() => known(second) === 'new')
  })

  test('hands a slot on to a process that knows its task, and forgets it if none does', async () => {
    const [without, knows] = (await fleet(2)) as [TestMember, TestMember]
    knows.define('a')
    await until(() => without.records.get('a') !== undefined)
    await knows.offer('a', Date.now())
    await until(() => knows.runs.length === 1)
    knows.runs[0]?.end()
    await until(() => without.records.get('a')?.lastRun !== undefined)

    knows.member.withdraw('a')
    await until(() => without.records.get('a')?.members?.length === 0)
    knows.define('a')
    await knows.offer('a', Date.now() + 1)
    await until(() => knows.runs.length === 2)
    expect(without.runs).toEqual([])
  })

  test('carries on after the store was down', async () => {
    await using own = await start()
    const members = [1, 2].map(() => new TestMember({ ...own.options, queue: 'q', takeOverWithin: '2s' }))
    onTestFinished(async () => {
      await Promise.all(members.map((member) => member.close()))
    })
    for (const member of members) {
      member.define('a')
      member.onRun = (run) => run.end()
    }
    await until(() => members.every(({ isUp }) => isUp))
    await members[0]?.offer('a', Date.now())
    await until(() => runsOf(members).length === 1)

    await own.crash()
    await until(() => members.every(({ isUp }) => !isUp))
    await expect(members[0]?.offer('a', Date.now())).rejects.toThrow('down')
    await own.restart()
    await until(() => members.every(({ isUp }) => isUp))

    // The crash may have lost the end of the first run, which then blocks the task until its lease ends.
    const ranBefore = runsOf(members).length
    await until(async () => {
      await members[0]?.offer('a', Date.now()).catch(() => {})
      return runsOf(members).length > ranBefore
    })
  })
})
