import type { ShutdownReport, StopOptions, Supervisor } from '@runwell/core'

export type StartedSupervisor = Pick<Supervisor, 'start' | 'stop' | 'report'>

/**
 * Stops the supervisor. If a stop has already begun, does not wait for it, because that stop may wait for the
 * framework.
 */
export async function stopWith(
  supervisor: StartedSupervisor,
  options: StopOptions | undefined,
): Promise<ShutdownReport | undefined> {
  const { phase } = supervisor.report()
  return phase === 'new' || phase === 'started' ? supervisor.stop(options) : undefined
}
