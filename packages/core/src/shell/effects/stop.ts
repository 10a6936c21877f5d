import type { EffectHandlers, EffectParts } from './handler.ts'

type StopEffect = 'arm-stop' | 'stop-started' | 'class-ended' | 'stop-ended'

/** What follows from the steps of a shutdown. The stopper emits their events, because it also builds the report. */
export function stopEffects({ stopper }: EffectParts): EffectHandlers<StopEffect> {
  return {
    'arm-stop': (_record, { at }) => stopper.arm(at),
    'stop-started': (_record, _effect, now) => stopper.onStarted(now),
    'class-ended': (_record, effect, now) => stopper.onClassEnded(effect, now),
    'stop-ended': () => stopper.onEnded(),
  }
}
