import { trace } from '@opentelemetry/api'
import { attr } from '../base/attribute-keys.ts'
import { activeContext } from './api-registry.ts'

/** How long an SDK waits at most for a stop to begin, if other code shuts it down before the supervisor stops. */
const untilStopMs = 30_000
/** How long after the deadline of a stop an SDK still waits for the supervisor to flush. */
const overdueMs = 5_000

type Call = (...args: unknown[]) => Promise<unknown>

/** The part of a provider that this file uses. */
interface Provider {
  readonly shutdown: Call
  readonly forceFlush?: Call
}

/** The supervisors of this process that are being stopped, of all SDKs. */
const stopping = new Set<SdkUser>()
const guards = new WeakMap<object, Guard>()
let isAtOnce = false

/**
 * A supervisor that uses providers of OpenTelemetry. Most set-ups shut their SDK down on the same signal that stops the
 * supervisor. The spans and metrics of the whole stop would then be lost. So providers wait for the supervisors that
 * use them:
 *
 * - If a stop has begun, or begins in the same turn, the provider shuts down after that stop.
 * - Otherwise `shutdown()` of the provider only flushes, so that its caller can continue and stop the supervisor. The
 *   provider shuts down after that stop, or after 30 s if no stop begins.
 */
export class SdkUser {
  readonly #guards = new Set<Guard>()
  readonly #changes: (() => void)[] = []
  /** The value of `performance.now()` after which no shutdown waits for this supervisor. */
  #until = Number.POSITIVE_INFINITY
  #isOver: boolean = false
  #hasLostSdk: boolean = false

  /** Whether a provider was shut down while the supervisor used it. All further data of the supervisor is then lost. */
  get hasLostSdk(): boolean {
    return this.#hasLostSdk
  }

  /** Replaces the providers that the supervisor uses. */
  use(providers: readonly unknown[]): void {
    if (this.#isOver) return
    const now = new Set(providers.map(guardOf).filter((guard) => guard !== undefined))
    for (const guard of this.#guards) if (!now.has(guard)) this.#leave(guard)
    for (const guard of now) {
      this.#guards.add(guard)
      guard.users.add(this)
    }
    this.#hasLostSdk = [...now].some(({ isShutDown }) => isShutDown)
  }

  /** Call it when the stop of the supervisor has begun. */
  stops(deadlineMs: number): void {
    if (this.#isOver) return
    this.#until = performance.now() + deadlineMs + overdueMs
    stopping.add(this)
    this.#changed()
  }

  /** Call it when the stop of the supervisor is over and the providers have flushed. */
  ends(): void {
    this.#isOver = true
    stopping.delete(this)
    for (const guard of [...this.#guards]) this.#leave(guard)
    this.#changed()
  }

  wasShutDown(): void {
    this.#hasLostSdk = true
  }

  /**
   * Resolves when the supervisor begins or ends its stop or no longer uses a provider, and after `ms` at the latest.
   */
  change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      timer.unref?.() // jsdom returns a number, which has no unref()
      this.#changes.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** How much longer a shutdown may wait for the stop of this supervisor, in milliseconds. */
  get leftMs(): number {
    return this.#until - performance.now()
  }

  #leave(guard: Guard): void {
    this.#guards.delete(guard)
    guard.users.delete(this)
    this.#changed()
  }

  #changed(): void {
    for (const resolve of this.#changes.splice(0)) resolve()
  }
}

/** Delays the shutdown of one provider until the supervisors that use it have stopped. */
class Guard {
  readonly users = new Set<SdkUser>()
  readonly #flush: Call
  readonly #shutDown: Call
  #call: Promise<unknown> | undefined
  #isShutDown: boolean = false

  constructor(provider: Provider) {
    this.#flush = provider.forceFlush?.bind(provider) ?? (async () => {})
    this.#shutDown = provider.shutdown.bind(provider)
    // `Reflect.set`, because an assignment throws if the provider is frozen.
    Reflect.set(provider, 'shutdown', (...args: unknown[]) => this.#ask(args))
  }

  get isShutDown(): boolean {
    return this.#isShutDown
  }

  #ask(args: unknown[]): Promise<unknown> {
    if (this.#isShutDown) return this.#shutDown(...args)
    this.#call ??= this.#afterUsers(args, isAtOnce || isInsideRun())
    return this.#call
  }

  async #afterUsers(args: unknown[], atOnce: boolean): Promise<unknown> {
    if (this.users.size === 0) return this.#now(args)
    // Waits for the next turn: the signal that caused this shutdown may stop the supervisor later in this turn.
    await new Promise((resolve) => setImmediate(resolve))
    if (!atOnce) await untilStopped([...this.users].filter((user) => stopping.has(user)))
    if (this.users.size === 0 || atOnce) return this.#now(args)
    void this.#later(args)
    return this.#flush()
  }

  async #later(args: unknown[]): Promise<void> {
    const until = performance.now() + untilStopMs
    for (const user of [...this.users]) {
      while (this.users.has(user) && !stopping.has(user) && performance.now() < until) {
        await user.change(until - performance.now())
      }
    }
    await untilStopped([...this.users].filter((user) => stopping.has(user)))
    await this.#now(args).catch(() => {}) // not awaited; exporters report their own failures
  }

  #now(args: unknown[]): Promise<unknown> {
    this.#isShutDown = true
    for (const user of this.users) user.wasShutDown()
    this.#call = this.#shutDown(...args)
    return this.#call
  }
}

/** Resolves when all supervisors that are being stopped have stopped, or 5 s after their deadlines. */
export async function stopsInProgress(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  await untilStopped([...stopping])
}

/** Calls `shutDown`. A provider that it shuts down does not wait for supervisors. */
export function atOnce<Result>(shutDown: () => Result): Result {
  isAtOnce = true
  try {
    return shutDown()
  } finally {
    isAtOnce = false
  }
}

async function untilStopped(users: readonly SdkUser[]): Promise<void> {
  for (const user of users) {
    while (stopping.has(user)) {
      if (user.leftMs <= 0) stopping.delete(user)
      else await user.change(user.leftMs)
    }
  }
}

/**
 * Whether the caller is a run with a recorded span. Such a shutdown must not wait for a stop: the stop waits for the
 * run, and the run for the shutdown.
 */
function isInsideRun(): boolean {
  const span = trace.getSpan(activeContext())
  if (span?.isRecording() !== true || !('attributes' in span)) return false
  return (span.attributes as Readonly<Record<string, unknown>>)[attr.runId] !== undefined
}

function guardOf(provider: unknown): Guard | undefined {
  if (!isProvider(provider)) return undefined
  const known = guards.get(provider)
  if (known !== undefined) return known
  const made = new Guard(provider)
  guards.set(provider, made)
  return made
}

function isProvider(value: unknown): value is Provider {
  return (
    typeof value === 'object' &&
    value !== null &&
    'shutdown' in value &&
    typeof value.shutdown === 'function' &&
    (!('forceFlush' in value) || typeof value.forceFlush === 'function')
  )
}
