import type { KernelLoop } from '../shell/kernel-loop.ts'
import type { Registry } from './registry.ts'
import type { Spawner } from './spawn.ts'
import type { TaskControl } from './task-control.ts'

export interface Disposal {
  readonly ended: Promise<unknown>
  /**
   * Like `ended`, but this promise does not wait for the run that has called `dispose()`. If that run belongs to a
   * task of the owner, this promise does not wait for any run of that task.
   */
  readonly othersEnded: Promise<unknown>
  readonly hasOwnRun: boolean
}

export function disposeOwner(
  owner: string,
  kernelLoop: KernelLoop,
  registry: Registry,
  spawner: Spawner,
  control: TaskControl,
): Disposal {
  const own = kernelLoop.currentRun.get()
  const reopen = registry.closeToOwnRuns(owner)
  const ends: Promise<unknown>[] = []
  const others: Promise<unknown>[] = []
  for (const record of [...kernelLoop.records.values()]) {
    if (record.info.owner !== owner) continue
    const gone = control.unregister(record)
    ends.push(gone)
    if (record !== own?.record) others.push(gone)
  }
  for (const { handle, run } of spawner.guestsOf(owner)) {
    handle.abort()
    ends.push(handle.outcome)
    if (own === undefined || run() !== own) others.push(handle.outcome)
  }
  return {
    ended: Promise.all(ends).then(reopen),
    othersEnded: Promise.all(others),
    hasOwnRun: others.length < ends.length,
  }
}
