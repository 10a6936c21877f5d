import type { AbortCause } from '../../src/base/errors.ts'
import { restartCauses, triggers } from '../../src/base/words.ts'
import type { HealthStatus } from '../../src/health/status.ts'
import type { HostState } from '../../src/kernel/host-state.ts'
import type { Phase, RunPhase, TaskMode } from '../../src/kernel/state.ts'
import { Words } from './pen.ts'

export const phases = new Words<Phase>(['new', 'started', 'draining', 'stopping', 'stopped'])
export const modes = new Words<TaskMode>([
  'registered',
  'armed',
  'backing-off',
  'parked',
  'failed',
  'finished',
  'stopped',
])
export const runPhases = new Words<RunPhase>(['running', 'waiting-retry', 'aborting', 'abandoned'])
export const abortCauses = new Words<AbortCause>([
  'timeout',
  'shutdown',
  'paused',
  'replaced',
  'restart',
  'unregistered',
  'asked',
])
export const hostStops = new Words<HostState['stop']>(['none', 'asked', 'ended', 'expired'])
export const causes = new Words(restartCauses)
export const triggerWords = new Words(triggers)
export const statuses = new Words<HealthStatus>(['healthy', 'degraded', 'unhealthy', 'unknown'])
export const lifePhases = new Words<'pending' | 'firing' | 'clearing' | 'failing'>([
  'pending',
  'firing',
  'clearing',
  'failing',
])
