import type { SupervisorEvent, Task } from '../../src/index.ts'
import type { HostSpec } from './host-spec.ts'
import type { Spec } from './spec.ts'

/** One registration of a name. An earlier registration of the same name is a different one. */
export interface Registration {
  readonly name: string
  /** `undefined` for spawned work and for tasks of hosts. */
  readonly spec: Spec | undefined
  /** `undefined` unless other code runs the task. */
  readonly host: HostSpec | undefined
  readonly number: number
  task: Task | undefined
}

/** An event as received, with its context. */
export interface Sighting {
  readonly event: SupervisorEvent
  readonly mono: number
  /** The phase of the supervisor at that time. */
  readonly phase: string
  /** The registration to which the event belongs, if it names a task. */
  readonly of: Registration | undefined
}

/** The part of the world that checkers may read. */
export interface Scene {
  readonly mono: number
  readonly wall: number
  /** Time lost to blocks of the event loop. */
  readonly blockedMs: number
  /** Whether no timer is overdue, so that everything due is decided. */
  readonly isSettled: boolean
  readonly phase: string
  /** The current registrations, by name. */
  readonly current: ReadonlyMap<string, Registration>
  readonly registrations: readonly Registration[]
}

/** Checks one kind of invariant: each event as it arrives, and the whole state whenever everything has settled. */
export interface Checker {
  onEvent?(sighting: Sighting, must: Must): void
  check?(scene: Scene, must: Must): void
}

/** Records a violation of `invariant` unless `holds`. It does not throw, because observers call it. */
export type Must = (holds: boolean, invariant: string, message: () => string) => void
