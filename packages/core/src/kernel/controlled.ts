import type { Control, ControlResult } from '../base/words.ts'
import type { Effect } from './effect.ts'
import type { Asked, KernelEvent } from './event.ts'
import { isSkip } from './runs.ts'
import type { KernelTask, RunState } from './state.ts'
import type { Step } from './step-state.ts'

const doneBy: Readonly<Record<Exclude<Control, 'unregister'>, Effect['do']>> = {
  trigger: 'call',
  pause: 'paused',
  resume: 'resumed',
  restart: 'restart-accepted',
  reschedule: 'rescheduled',
  abort: 'abort',
}

interface SignedControl {
  readonly type: Exclude<Control, 'unregister'>
  readonly asked?: Asked | undefined
  readonly requestId?: number
}

/** Call this after the event was applied: the result is read from its effects. */
export function signed(step: Step, task: KernelTask, event: SignedControl, run?: RunState): void {
  const { type: control, asked } = event
  if (asked === undefined) return
  const result = resultOf(event, step.effects)
  step.effects.unshift({ do: 'controlled', task, control, result, asked, run })
}

/** Reports a control that was decided outside the kernel. A refused trigger is also reported as a skip. */
export function onControlled(
  { effects }: Step,
  task: KernelTask,
  { control, result, asked }: Extract<KernelEvent, { type: 'controlled' }>,
): void {
  if (asked !== undefined) effects.push({ do: 'controlled', task, control, result, asked, run: undefined })
  if (control === 'trigger' && isSkip(result))
    effects.push({ do: 'skip', task, reason: result, count: 1, atLeast: false, slot: undefined })
}

function resultOf({ type, requestId }: SignedControl, effects: readonly Effect[]): ControlResult {
  for (const effect of effects) {
    const isRefusal = effect.do === 'refuse' || effect.do === 'restart-refused'
    if (isRefusal && effect.requestId === requestId) return effect.reason
  }
  if (effects.some((effect) => effect.do === doneBy[type])) return 'done'
  return type === 'trigger' ? 'queued' : 'unchanged'
}
