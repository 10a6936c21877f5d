import type { Configuration } from './configuration.ts'
import { Coverage } from './coverage.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { movesOf } from './moves.ts'
import { perform } from './perform.ts'
import { Violation } from './violation.ts'
import { Visited } from './visited.ts'
import { newWorld } from './world.ts'

export interface Finding {
  readonly invariant: string
  readonly message: string
  /** The shortest sequence of moves that violates the invariant, as indexes into the possible moves. */
  readonly path: readonly number[]
}

export interface SearchResult {
  readonly configuration: Configuration
  readonly states: number
  readonly transitions: number
  readonly depth: number
  readonly isExhausted: boolean
  readonly coverage: Coverage
  readonly finding: Finding | undefined
}

class Origins {
  #parents = new Int32Array(1 << 16)
  #moves = new Uint8Array(1 << 16)
  #size = 0

  add(parent: number, move: number): number {
    if (this.#size === this.#parents.length) {
      const parents = new Int32Array(this.#size * 2)
      const moves = new Uint8Array(this.#size * 2)
      parents.set(this.#parents)
      moves.set(this.#moves)
      this.#parents = parents
      this.#moves = moves
    }
    this.#parents[this.#size] = parent
    this.#moves[this.#size] = move
    this.#size += 1
    return this.#size - 1
  }

  pathTo(state: number): number[] {
    const path: number[] = []
    for (let at = state; at > 0; at = this.#parents[at] ?? 0) path.push(this.#moves[at] ?? 0)
    return path.reverse()
  }
}

/**
 * Visits the states with the fewest moves first.
 *
 * @param most - the limit of states. The search ends at this limit, with `isExhausted` false
 */
export function search(configuration: Configuration, most = 20_000_000): SearchResult {
  const visited = new Visited()
  const origins = new Origins()
  const coverage = new Coverage()
  const watch = { coverage, onStep: undefined }
  const first = encode(newWorld(configuration))
  visited.add(first)
  origins.add(0, 0)
  let frontier = [first]
  let firstOfLevel = 0
  let depth = 0
  let transitions = 0
  const result = (isExhausted: boolean, finding: Finding | undefined): SearchResult => {
    return { configuration, states: visited.size, transitions, depth, isExhausted, coverage, finding }
  }
  while (frontier.length > 0) {
    const next: string[] = []
    for (const [at, key] of frontier.entries()) {
      const moves = movesOf(decode(configuration, key))
      for (const [index, move] of moves.entries()) {
        const world = decode(configuration, key)
        transitions += 1
        try {
          perform(world, move, watch)
        } catch (error) {
          if (!(error instanceof Violation)) throw error
          const path = [...origins.pathTo(firstOfLevel + at), index]
          return result(false, { invariant: error.invariant, message: error.message, path })
        }
        const found = encode(world)
        if (!visited.add(found)) continue
        origins.add(firstOfLevel + at, index)
        next.push(found)
      }
    }
    if (visited.size > most) return result(false, undefined)
    firstOfLevel += frontier.length
    frontier = next
    if (next.length > 0) depth += 1
  }
  return result(true, undefined)
}
