import type { ShutdownReport, StopOptions, Supervisor } from '@runwell/core'

export type StartedSupervisor = Pick<Supervisor, 'start' | 'stop' | 'report'>

/**
 * Stops the supervisor. If a stop has already begun, returns without waiting for it: that stop may wait for the
 * framework, and the framework waits for this function.
 */
export async function stopWith(
  supervisor: StartedSupervisor,
  options: StopOptions | undefined,
): Promise<ShutdownReport | undefined> {
  const { phase } = supervisor.report()
  return phase === 'new' || phase === 'started' ? supervisor.stop(options) : undefined
}
