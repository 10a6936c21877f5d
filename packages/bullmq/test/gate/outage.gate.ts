import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { account } from './nemesis/account.ts'
import { periodMs, type Told } from './nemesis/told.ts'
import { type Look, longTasks, shortTasks, wide } from './outage/orders.ts'
import { OutageProcess } from './outage/process.ts'
import { stores } from './stores.ts'

const outageMs = 60_000
/** The number of `shortTasks`. */
const load = { Redis: 50, PostgreSQL: 10 }
/**
 * In bytes. A task keeps the times of at most 100 waiting slots, and one unanswered call. The 5 MB are for compiled
 * code, connections and the history of runs.
 */
const heapLimit = (tasks: number): number => tasks * (100 * 16 + 2_048) + 5_000_000

type Run = Extract<Told, { what: 'started' | 'ended' }>
const keyOf = ({ task, slot, attempt }: Run): string => `${task} ${slot} ${attempt}`

/** Does not throw after `ms`: the expectations that follow show what is wrong. */
async function until(holds: () => unknown, ms: number): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end && !(await holds()); ) await sleep(200)
}

test.concurrent.each(Object.entries(stores))(
  'a minute without %s costs no run and no slot, and everything continues afterwards',
  { timeout: 300_000 },
  async (name, start) => {
    const tasks = load[name as keyof typeof stores]
    const engine = `BullMQ on ${name}`
    const folder = mkdtempSync(join(tmpdir(), 'runwell-outage-'))
    await using store = await start()
    const orders = { fleet: store.options, tasks }
    await using plain = await OutageProcess.start({
      ...orders,
      log: join(folder, 'plain'),
      gatesReadiness: false,
    })
    await using gated = await OutageProcess.start({
      ...orders,
      log: join(folder, 'gated'),
      gatesReadiness: true,
    })
    const processes = [plain, gated]
    const told = (): Told[] => processes.flatMap((process) => process.told())
    const of = <What extends Told['what']>(what: What) =>
      told().filter((each): each is Extract<Told, { what: What }> => each.what === what)
    const look = (): Promise<Look[]> =>
      Promise.all(processes.map((process) => process.ask<Look>({ ask: 'look' })))

    const names = [...shortTasks(tasks), wide]
    const ran = () => new Set(of('ended').map(({ task }) => task))
    await until(() => names.every((task) => ran().has(task)), 60_000)
    const from = Math.ceil(Date.now() / periodMs) * periodMs
    const results = longTasks.map((task) => plain.ask({ ask: 'trigger', task }))
    const [half, others] = [longTasks.slice(0, longTasks.length / 2), longTasks.slice(longTasks.length / 2)]
    const finish = (some: readonly string[]) =>
      Promise.all(processes.flatMap((process) => some.map((task) => process.ask({ ask: 'finish', task }))))
    const isLong = ({ task }: Run): boolean => longTasks.includes(task)
    await until(() => of('started').filter(isLong).length === longTasks.length, 60_000)
    await sleep(3_000)

    const before = await look()
    const linesBefore = processes.map(({ lines }) => lines.length)
    await store.crash()
    const downAt = Date.now()
    const endedBefore = new Set(of('ended').map(keyOf))
    const underWay = of('started').filter((run) => !endedBefore.has(keyOf(run)))

    await sleep(15_000)
    await finish(half)
    const early = await look()
    await sleep(downAt + outageMs - 4_000 - Date.now())
    const late = await look()
    const ended = of('ended')
    await sleep(downAt + outageMs - Date.now())
    await store.restart()
    const upAt = Date.now()

    await until(async () => (await look()).every(({ isReady }) => isReady), 60_000)
    await sleep(5_000)
    await finish(others)
    await until(() => of('ended').filter(isLong).length === longTasks.length, 60_000)
    const to = Math.floor((upAt + 10_000) / periodMs) * periodMs
    // A job that the store gave out just before its crash is free again when its lease ends.
    await until(() => Date.now() > to && account(told(), names, from, to).lost === 0, 60_000)
    const after = await look()
    const triggered = await Promise.race([Promise.all(results), sleep(30_000, [])])
    const lines = processes.map((process, at) => process.lines.slice(linesBefore[at]))
    const exitCodes = await Promise.all(processes.map((process) => process.ask({ ask: 'stop' })))

    expect(of('fault')).toEqual([])
    expect(exitCodes).toEqual([0, 0])

    const ends = of('ended')
    const endOf = (run: Run) => ends.filter((end) => keyOf(end) === keyOf(run))
    expect(underWay.length).toBeGreaterThanOrEqual(longTasks.length)
    for (const run of underWay)
      expect(endOf(run)).toEqual([expect.objectContaining({ outcome: 'succeeded', isLost: false })])
    const endedWithout = new Set(ended.filter(({ at }) => at > downAt).map(keyOf))
    expect(underWay.filter((run) => !endedWithout.has(keyOf(run)))).toHaveLength(longTasks.length / 2)
    const succeeded = expect.objectContaining({ started: true, outcome: 'succeeded' })
    expect(triggered).toEqual(longTasks.map(() => succeeded))

    const became = account(told(), names, from, to)
    console.log(`${engine}: ${JSON.stringify({ ...became, examples: undefined })}`)
    expect(became).toMatchObject({ slots: names.length * ((to - from) / periodMs), lost: 0, ranAndTold: 0 })
    expect(became.examples).toEqual([])
    // A slot starts again only if its process has reported a lost lease.
    const attempts = new Map<string, number>()
    for (const { task, slot, attempt } of of('started'))
      attempts.set(`${task} ${slot}`, Math.max(attempt, attempts.get(`${task} ${slot}`) ?? 0))
    const isLast = ({ task, slot, attempt }: Run) => attempts.get(`${task} ${slot}`) === attempt
    // A process that was blocked may not have noticed a lost lease, because its run was over by then.
    const wasBlocked = after.some(({ longestBlockMs }) => longestBlockMs > 2_000)
    if (!wasBlocked) expect(ends.filter((run) => !run.isLost && !isLast(run))).toEqual([])

    for (const { health } of early)
      for (const { status, reasons } of health) {
        // On a slow machine, tasks with a short period may already be stale.
        if (!reasons.some(({ rule }) => rule === 'stale')) expect(status).toBe('degraded')
        const [reason] = reasons.filter(({ rule }) => rule === 'fleet')
        expect(reason?.reason).toMatch(
          new RegExp(`^${engine} could not be used for [\\d.]+ s, so its slots wait, limit 5 s: \\S`),
        )
      }
    for (const { health } of late)
      for (const { reasons } of health) expect(reasons.map(({ rule }) => rule)).toContain('fleet')
    for (const { health } of after)
      for (const { reasons } of health) expect(reasons.map(({ rule }) => rule)).not.toContain('fleet')
    for (const looks of [before, after]) expect(looks.map(({ isReady }) => isReady)).toEqual([true, true])
    expect(early.map(({ isReady }) => isReady)).toEqual([true, false])
    expect(late.map(({ isReady }) => isReady)).toEqual([true, false])

    const heaps = [before, early, late, after].map((looks) => looks.map(({ heap }) => heap))
    console.log(`${engine}: heap ${JSON.stringify(heaps)}`)
    for (const [at, first] of (heaps[0] ?? []).entries())
      for (const later of heaps.slice(1)) expect((later[at] ?? 0) - first).toBeLessThan(heapLimit(tasks))

    // Each process logs one line when the store is down and one line when it is back, not one for each task.
    console.log(lines.map((each) => each.join('\n')).join('\n\n'))
    for (const each of lines) {
      expect(each.filter((line) => line.includes(`${engine} can't be used`))).toHaveLength(1)
      expect(each.filter((line) => line.includes(`${engine} can be used again`))).toHaveLength(1)
      expect(each.length).toBeLessThanOrEqual(6)
    }
    rmSync(folder, { recursive: true })
  },
)
