import type { EffectHandlers, EffectParts } from './handler.ts'
import { closeHealth, type HandleHealth } from './health.ts'

type StopEffect = 'arm-stop' | 'stop-started' | 'stop-host' | 'host-expired' | 'class-ended' | 'stop-ended'

export function stopEffects(
  { kernelLoop, stopper }: EffectParts,
  handleHealth: HandleHealth,
): EffectHandlers<StopEffect> {
  return {
    'arm-stop': (_record, { at }) => stopper.arm(at),
    'stop-started': (_record, _effect, now) => stopper.onStarted(now),
    'stop-host'(record, { until }, now) {
      const deadline = new Date(now.wall + Math.round(until - now.mono))
      const ended = (): void => kernelLoop.dispatch({ type: 'host-stopped', task: record.info.name })
      void record.readonlyExtras.host?.stop(deadline).then(ended)
    },
    'host-expired': (record) => stopper.onHostExpired(record),
    'class-ended': (_record, effect, now) => stopper.onClassEnded(effect, now),
    'stop-ended'(_record, _effect, now) {
      for (const record of kernelLoop.records.values()) closeHealth(handleHealth, record, [], 'stopped', now)
      stopper.onEnded()
    },
  }
}
