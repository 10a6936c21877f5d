import { trace } from '@opentelemetry/api'
import { attr } from '../base/attribute-keys.ts'
import { activeContext } from './api-registry.ts'

/** A shutdown of the SDK waits at most this time for the supervisor to begin its stop. */
const untilStopMs = 30_000
/** A shutdown of the SDK waits for the end of a stop until this time after the deadline of the stop. */
const overdueMs = 5_000

type Call = (...args: unknown[]) => Promise<unknown>

interface Provider {
  readonly shutdown: Call
  readonly forceFlush?: Call
}

const stopping = new Set<SdkUser>()
const guards = new WeakMap<object, Guard>()
let isAtOnce = false

/**
 * A supervisor that uses providers of OpenTelemetry. In most programs, one signal stops the supervisor and shuts the
 * SDK down at the same time. The supervisor emits data until the end of its stop, so a provider shuts down only after
 * the stop.
 */
export class SdkUser {
  readonly #guards = new Set<Guard>()
  readonly #changes: (() => void)[] = []
  /** The value of `performance.now()` after which shutdowns no longer wait for this supervisor. */
  #until = Number.POSITIVE_INFINITY
  #isOver: boolean = false
  #hasLostSdk: boolean = false

  /** True if a provider was shut down while the supervisor used it. All further data is then lost. */
  get hasLostSdk(): boolean {
    return this.#hasLostSdk
  }

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

  stops(deadlineMs: number): void {
    if (this.#isOver) return
    this.#until = performance.now() + deadlineMs + overdueMs
    stopping.add(this)
    this.#changed()
  }

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
   * Resolves at the next of these: the supervisor's stop begins, its stop ends, it no longer uses a provider, or `ms`
   * have passed.
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
    // An assignment would throw if the provider is frozen.
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
    // Waits one turn, because the signal that caused this shutdown may stop the supervisor later in the same turn.
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
    await this.#now(args).catch(() => {}) // exporters report their own failures
  }

  #now(args: unknown[]): Promise<unknown> {
    this.#isShutDown = true
    for (const user of this.users) user.wasShutDown()
    this.#call = this.#shutDown(...args)
    return this.#call
  }
}

/** Waits for each stop until 5 s after its deadline at the latest. */
export async function stopsInProgress(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  await untilStopped([...stopping])
}

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
 * A shutdown inside a run must not wait for the supervisor's stop, because the stop waits for the run. Only a run or
 * unit whose span is active and recorded is recognized.
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
