import type { Duration } from '../base/duration.ts'
import type { Trigger } from '../base/words.ts'
import type { StopOptions } from '../shutdown/report.ts'

/** What a run gets. Every member works after destructuring, so `({ signal, beat }) => …` is fine. */
export interface RunContext<Input = unknown> {
  /** The name of the task. */
  readonly task: string
  readonly runId: string
  readonly trigger: Trigger
  /** 1, and one more for each retry within the run. */
  readonly attempt: number
  /** The slot that this run is for; absent when no schedule asked for it. */
  readonly scheduledAt: Date | undefined
  readonly startedAt: Date
  /** What `trigger(input)` handed over. */
  readonly input: Input
  /** Aborted when the run should end; its reason says why. Made when first read: runs that don't read it don't pay. */
  readonly signal: AbortSignal
  /** Whether the run should end; needs no signal. A copy of it does not change: ask the context each time. */
  readonly aborted: boolean
  /** Throws the reason if the run should end; needs no signal. */
  readonly throwIfAborted: () => void
  /** A sign of life, with what it is doing. A loop that stops beating is judged hung. */
  readonly beat: (note?: string) => void
  /** For loops: connected, subscribed, up. Gates readiness where the schedule says `loop({ ready: true })`. */
  readonly ready: () => void
  /** Asks for more time to end, inside the deadline of the shutdown. Returns the milliseconds that are left. */
  readonly extend: (by: Duration) => number
  /** Waits. Ends early when the run should end, and never rejects: ask `aborted` afterwards. */
  readonly sleep: (time: Duration) => Promise<void>
  /**
   * One unit of work inside a loop, such as a message: counted, timed and traced by itself. Gives what `fn` gives and
   * throws what it throws. It is a sign of life too, though no beat.
   */
  readonly unit: <Result>(name: string, fn: () => Result | Promise<Result>) => Promise<Result>
  /** Asks the supervisor to stop and returns at once. This run is aborted last in its class, but for what its task depends on. */
  readonly stop: (options?: StopOptions) => void
}
