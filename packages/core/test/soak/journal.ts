import type { SupervisorEvent, Task } from '../../src/index.ts'
import type { HostSpec } from './host-spec.ts'
import type { Spec } from './spec.ts'

/** A task that is registered again under the same name gets a new object. */
export interface Registration {
  readonly name: string
  readonly spec: Spec | undefined
  readonly host: HostSpec | undefined
  readonly number: number
  task: Task | undefined
}

export interface Sighting {
  readonly event: SupervisorEvent
  readonly mono: number
  readonly phase: string
  readonly of: Registration | undefined
}

export interface Scene {
  readonly mono: number
  readonly wall: number
  readonly blockedMs: number
  /** True if no timer is overdue. Then the supervisor must have acted on everything that is due. */
  readonly isSettled: boolean
  readonly phase: string
  readonly current: ReadonlyMap<string, Registration>
  readonly registrations: readonly Registration[]
}

export interface Checker {
  onEvent?(sighting: Sighting, must: Must): void
  check?(scene: Scene, must: Must): void
}

/** Records a violation if `holds` is false. It does not throw: the supervisor would swallow the error. */
export type Must = (holds: boolean, invariant: string, message: () => string) => void
