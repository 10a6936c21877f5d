import type { KernelTask } from './state.ts'
import type { Step } from './step-state.ts'

/** Whether the stop must wait for the host, because the host may still start runs. */
export function isHostUp({ config, host, removed }: KernelTask): boolean {
  return config.host?.stops === true && !removed && (host?.stop === 'none' || host?.stop === 'asked')
}

export function stopHosts({ effects }: Step, tasks: readonly KernelTask[], until: number): void {
  for (const task of tasks) {
    if (task.host?.stop !== 'none' || !isHostUp(task)) continue
    task.host.stop = 'asked'
    effects.push({ do: 'stop-host', task, until })
  }
}

export function expireHosts({ effects }: Step, tasks: readonly KernelTask[]): void {
  for (const task of tasks) {
    if (task.host === undefined || !isHostUp(task)) continue
    task.host.stop = 'expired'
    effects.push({ do: 'host-expired', task })
  }
}
