import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { stores } from './stores.ts'
import { TestMember } from './test-member.ts'

test.each(Object.entries(stores))(
  'a process that stops during an outage of %s says which runs the store does not know of, and does not wait',
  { timeout: 60_000 },
  async (_name, start) => {
    await using store = await start()
    const member = new TestMember({ ...store.options, queue: 'stop' })
    member.define('invoices')
    void member.offer('invoices', Date.now())
    while (member.runs.length === 0) await sleep(5)
    member.define('reports', { overlap: 'queue' })
    void member.offer('reports', Date.now())
    while (member.runs.length === 1) await sleep(5)
    // This process holds the job of this slot until the run above has ended.
    await member.offer('reports', Date.now())
    await sleep(500)
    await store.crash()
    // This offer is not answered before the stop.
    void member.offer('invoices', Date.now()).catch(() => {})
    while (member.isUp) await sleep(20)
    for (const run of member.runs) run.end({ outcome: 'cancelled' })
    await sleep(300)

    const stopsAt = performance.now()
    await member.member.close(new Date(Date.now() + 5_000))
    expect(performance.now() - stopsAt).toBeLessThan(2_000)
    expect(member.warnings).toEqual([
      "This process stops while the store can't be reached. The store does not know that 2 runs have ended here, so another process will start them again: invoices, reports",
    ])
  },
)
