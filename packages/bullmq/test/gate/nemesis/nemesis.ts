import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../stores.ts'
import { type Account, account } from './account.ts'
import { Child } from './children.ts'
import { periodMs, taskNames } from './told.ts'

type Blow = readonly [name: string, strike: (children: readonly Child[], store: Store) => Promise<void>]

const blows: readonly Blow[] = [
  [
    'SIGKILL',
    async ([, child]) => {
      await untilRuns()
      await child?.kill()
      await sleep(3_000)
      await child?.start()
    },
  ],
  [
    'SIGSTOP for 12 s, then thawed',
    async ([, , child]) => {
      await untilRuns()
      child?.signal('SIGSTOP')
      // Longer than `takeOverWithin`, so the process has lost its runs when it continues.
      await sleep(12_000)
      child?.signal('SIGCONT')
    },
  ],
  [
    'wall clock 1 h ahead, then back',
    async ([, , , child]) => {
      child?.setClockAhead(3_600_000)
      await sleep(5_000)
      child?.setClockAhead(0)
    },
  ],
  [
    'wall clock 10 s back, then forward',
    async ([, , , , child]) => {
      child?.setClockAhead(-10_000)
      await sleep(5_000)
      child?.setClockAhead(0)
    },
  ],
  [
    'store crashes and comes back',
    async (_, store) => {
      await store.crash()
      await sleep(4_000)
      await store.restart()
    },
  ],
  [
    'one process cut off from the store',
    async ([child]) => {
      if (child) child.proxy.weather = 'cut'
      await sleep(6_000)
      if (child) child.proxy.weather = 'open'
    },
  ],
  [
    'slow store: 300 ms per answer',
    async (children) => {
      for (const { proxy } of children) proxy.weather = 'slow'
      await sleep(5_000)
      for (const { proxy } of children) proxy.weather = 'open'
    },
  ],
  [
    'two versions: two processes restart with version 2',
    async ([, child, other]) => {
      for (const each of [child, other]) {
        await each?.stop()
        await each?.start('2')
      }
    },
  ],
]

/** All slots are at whole seconds, so some runs are probably active 150 ms later. */
async function untilRuns(): Promise<void> {
  await sleep(periodMs - (Date.now() % periodMs) + 150)
}

export function isSound({ twice, lost, faults }: Account): boolean {
  return twice === 0 && lost === 0 && faults.length === 0
}

export async function nemesis(
  store: Store,
  tasks: number,
  slots: number,
): Promise<Account & { readonly seconds: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'runwell-nemesis-'))
  const children = await Promise.all([0, 1, 2, 3, 4].map((n) => Child.make(`p${n}`, store, folder, tasks)))
  try {
    await Promise.all(children.map((child) => child.start()))
    await sleep(3_000)
    const from = Math.ceil(Date.now() / periodMs) * periodMs
    const to = from + Math.ceil(slots / tasks) * periodMs
    for (const [name, strike] of blows) {
      await sleep(4_000)
      console.log(`  ${((Date.now() - from) / 1_000).toFixed(0)} s: ${name}`)
      await strike(children, store)
    }
    await sleep(Math.max(0, to - Date.now()))
    // Another process takes over the runs of a dead process within 10 s.
    await sleep(12_000)
    await Promise.all(children.map((child) => child.stop()))
    const told = children.flatMap((child) => child.told())
    const became = account(told, taskNames(tasks), from, to)
    if (isSound(became)) rmSync(folder, { recursive: true, force: true })
    else console.log(`  what the processes said is in ${folder}`)
    return { ...became, seconds: (to - from) / 1_000 }
  } finally {
    await Promise.all(children.map((child) => child.kill()))
    for (const { proxy } of children) proxy.close()
  }
}
