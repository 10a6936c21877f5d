import type { Trigger } from '../base/words.ts'
import type { ProcessEventFields } from './process-events.ts'
import type { RunEventFields } from './run-events.ts'
import type { TaskEventFields } from './task-events.ts'

/**
 * The fields of each event type, without the field `type`. All fields are plain data, except for `error`. Durations
 * are in milliseconds. Wall times are in milliseconds since 1970.
 */
export interface SupervisorEvents extends TaskEventFields, RunEventFields, ProcessEventFields {}

export type SupervisorEventType = keyof SupervisorEvents
/** Any event of a supervisor. */
export type SupervisorEvent = {
  [Type in SupervisorEventType]: { readonly type: Type } & SupervisorEvents[Type]
}[SupervisorEventType]
/** The event of one type, for example `EventOf<'run.ended'>`. */
export type EventOf<Type extends SupervisorEventType> = Extract<SupervisorEvent, { type: Type }>
/** Events about one task. */
export type TaskEvent = Extract<SupervisorEvent, { task: string }>
/** Events about one run. */
export type RunEvent = Extract<SupervisorEvent, { runId: string; trigger: Trigger }>
