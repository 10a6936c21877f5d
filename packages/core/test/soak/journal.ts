import type { SupervisorEvent, Task } from '../../src/index.ts'
import type { HostSpec } from './host-spec.ts'
import type { Spec } from './spec.ts'

/** A task that is registered again under the same name gets a new object. */
export interface Registration {
  readonly name: string
  /** `undefined` for spawned work and for tasks of hosts. */
  readonly spec: Spec | undefined
  /** `undefined` unless a host runs the task. */
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
  /** Whether no timer is overdue, so that everything due is decided. */
  readonly isSettled: boolean
  readonly phase: string
  readonly current: ReadonlyMap<string, Registration>
  readonly registrations: readonly Registration[]
}

export interface Checker {
  onEvent?(sighting: Sighting, must: Must): void
  check?(scene: Scene, must: Must): void
}

/** Records a violation if `holds` is false. It does not throw, because observers call it. */
export type Must = (holds: boolean, invariant: string, message: () => string) => void
