export type Dice = () => number

/** Each `name` has its own random numbers, so that the faults of one part do not change the faults of other parts. */
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

/** `slow`: the response takes 3 s. `reset`: the connection breaks. `garbage`: the body is not JSON. */
export type UpstreamFault = 'none' | (typeof badAnswers)[number]

/** For each path, one of ten consecutive requests gets a fault. */
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

export interface ConnectionFate {
  readonly lifeMs: number
  /** `restart`: close code 1012. `cut`: the TCP connection breaks. `silence`: no more messages arrive. */
  readonly end: (typeof endings)[number]
  /** After the end of this connection, the gateway refuses new connections for this time. */
  readonly refuseForMs: number
}

export function gatewayFaults(seed: number): () => ConnectionFate {
  const roll = dice(seed, 'gateway')
  return () => ({
    lifeMs: 2_500 + roll() * 2_500,
    end: endings[Math.floor(roll() * endings.length)] ?? 'cut',
    refuseForMs: roll() < 1 / 3 ? 300 + roll() * 600 : 0,
  })
}

/** One run per minute hangs. The first of these runs starts about 3 s after the start of the service. */
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

/** The returned function returns the milliseconds for which a run blocks the event loop. */
export function blocks(seed: number): () => number {
  const roll = dice(seed, 'blocks')
  return () => (roll() < 1 / 3 ? 130 + roll() * 50 : 0)
}
