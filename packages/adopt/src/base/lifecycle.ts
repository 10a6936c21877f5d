import type { ShutdownReport, StopOptions, Supervisor } from '@runwell/core'

/** The part of a supervisor that a web framework needs. */
export type StartedSupervisor = Pick<Supervisor, 'start' | 'stop' | 'report'>

/**
 * Stops the supervisor when its framework closes. If the supervisor is already stopping, returns immediately. That stop
 * may be waiting for the framework, as in `handleSignals(supervisor, { before: () => app.close() })`.
 */
export async function stopWith(
  supervisor: StartedSupervisor,
  options: StopOptions | undefined,
): Promise<ShutdownReport | undefined> {
  const { phase } = supervisor.report()
  return phase === 'new' || phase === 'started' ? supervisor.stop(options) : undefined
}
