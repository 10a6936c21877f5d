/** Returns the next pseudo-random number: at least 0, less than 1. The numbers depend only on a seed and a name. */
export type Dice = () => number

/**
 * Returns a generator of numbers. Each `name` has its own generator, so that the faults of one part do not change those
 * of another part.
 */
export function dice(seed: number, name: string): Dice {
  let state = seed | 0
  for (const letter of name) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193)
  return () => {
    state = (state + 0x9e3779b9) | 0
    const once = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
    return ((twice ^ (twice >>> 16)) >>> 0) / 2 ** 32
  }
}

const badAnswers = ['error', 'slow', 'reset', 'garbage'] as const

/**
 * How the upstream answers a request: `error` is status 500, `slow` takes 3 s, `reset` breaks the connection, `garbage`
 * is a body that is not JSON.
 */
export type UpstreamFault = 'none' | (typeof badAnswers)[number]

/**
 * Returns a function that chooses the fault of each request. For each path, one of the first ten requests fails, one of
 * the next ten, and so on.
 */
export function upstreamFaults(seed: number): (path: string) => UpstreamFault {
  const paths = new Map<string, () => UpstreamFault>()
  return (path) => {
    const next = paths.get(path) ?? oneInTen(dice(seed, path))
    paths.set(path, next)
    return next()
  }
}

function oneInTen(roll: Dice): () => UpstreamFault {
  let place = 0
  let bad = 0
  return () => {
    if (place === 0) bad = Math.floor(roll() * 10)
    const fault = place === bad ? (badAnswers[Math.floor(roll() * badAnswers.length)] ?? 'error') : 'none'
    place = (place + 1) % 10
    return fault
  }
}

const endings = ['restart', 'cut', 'silence'] as const

/** How long a gateway connection lives, and how it ends. */
export interface ConnectionFate {
  readonly lifeMs: number
  /** `restart`: close code 1012. `cut`: the TCP connection breaks. `silence`: it stays open without messages. */
  readonly end: (typeof endings)[number]
  /** How long new connections are refused after the end of this connection. */
  readonly refuseForMs: number
}

/** Each connection lasts 2.5 to 5 seconds. After a third of them, on average, the gateway is down for a short time. */
export function gatewayFaults(seed: number): () => ConnectionFate {
  const roll = dice(seed, 'gateway')
  return () => ({
    lifeMs: 2_500 + roll() * 2_500,
    end: endings[Math.floor(roll() * endings.length)] ?? 'cut',
    refuseForMs: roll() < 1 / 3 ? 300 + roll() * 600 : 0,
  })
}

/**
 * Returns a function that takes the milliseconds since the start and decides whether a run hangs. One run per minute
 * hangs: 3 s after the start, then 3 to 8 s after the beginning of each minute.
 */
export function hangs(seed: number): (elapsedMs: number) => boolean {
  const roll = dice(seed, 'hangs')
  let minute = 0
  let dueMs = 3_000
  return (elapsedMs) => {
    if (elapsedMs < dueMs) return false
    minute = Math.max(minute + 1, Math.floor(elapsedMs / 60_000))
    dueMs = minute * 60_000 + 3_000 + roll() * 5_000
    return true
  }
}

/**
 * Returns a function that decides for how many milliseconds a run blocks the event loop. On average, one run in three
 * blocks it for 130 to 180 ms. The others do not block it.
 */
export function blocks(seed: number): () => number {
  const roll = dice(seed, 'blocks')
  return () => (roll() < 1 / 3 ? 130 + roll() * 50 : 0)
}
