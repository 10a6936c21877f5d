import type { SupervisorEvent, Task } from '../../src/index.ts'
import type { HostSpec } from './host-spec.ts'
import type { Spec } from './spec.ts'

/** One registration of a task. If a task is registered again under the same name, it gets a new object. */
export interface Registration {
  readonly name: string
  /** `undefined` for spawned work and for tasks of hosts. */
  readonly spec: Spec | undefined
  /** `undefined` unless a host runs the task. */
  readonly host: HostSpec | undefined
  readonly number: number
  task: Task | undefined
}

/** A received event, and the state of the soak when it arrived. */
export interface Sighting {
  readonly event: SupervisorEvent
  readonly mono: number
  /** The phase of the supervisor when the event arrived. */
  readonly phase: string
  /** The registration to which the event belongs, if it names a task. */
  readonly of: Registration | undefined
}

/** The part of the world that checkers may read. */
export interface Scene {
  readonly mono: number
  readonly wall: number
  /** How long the event loop was blocked in total. */
  readonly blockedMs: number
  /** Whether no timer is overdue. The supervisor has then decided everything that is due. */
  readonly isSettled: boolean
  readonly phase: string
  /** The registrations of the tasks that are registered now, by name. */
  readonly current: ReadonlyMap<string, Registration>
  readonly registrations: readonly Registration[]
}

/** Checks one kind of invariant: each event as it arrives, and the whole state after each command. */
export interface Checker {
  onEvent?(sighting: Sighting, must: Must): void
  check?(scene: Scene, must: Must): void
}

/** Records a violation of `invariant` if `holds` is false. It does not throw, because observers call it. */
export type Must = (holds: boolean, invariant: string, message: () => string) => void
