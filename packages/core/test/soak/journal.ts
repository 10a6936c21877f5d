import type { SupervisorEvent, Task } from '../../src/index.ts'
import type { Spec } from './spec.ts'

/** One registration of a name. What was registered before under the same name is another. */
export interface Registration {
  readonly name: string
  /** `undefined` for spawned work. */
  readonly spec: Spec | undefined
  readonly number: number
  task: Task | undefined
}

/** An event as it was heard, with what it does not bear itself. */
export interface Sighting {
  readonly event: SupervisorEvent
  readonly mono: number
  /** The phase of the supervisor at that moment. */
  readonly phase: string
  /** Whose event it is; of a run: the registration that the run began under. */
  readonly of: Registration | undefined
}

/** The world as the checkers may look at it. */
export interface Scene {
  readonly mono: number
  readonly wall: number
  /** Time that was lost to blocked loops. */
  readonly stalledMs: number
  /** No timer is overdue: what is due by now has been decided. */
  readonly isSettled: boolean
  readonly phase: string
  /** Those that are registered now, by name. */
  readonly current: ReadonlyMap<string, Registration>
  readonly registrations: readonly Registration[]
}

/** Judges one kind of invariant: each event as it comes, and the whole whenever nothing is left to settle. */
export interface Checker {
  onEvent?(sighting: Sighting, must: Must): void
  check?(scene: Scene, must: Must): void
}

/** Notes that `invariant` is broken unless `holds`. It does not throw: it is called inside observers. */
export type Must = (holds: boolean, invariant: string, message: () => string) => void
