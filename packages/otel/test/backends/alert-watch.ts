import { getJson } from './check.ts'
import type { Way } from './ways.ts'

/** A period in which an alert fired without a break. Times are wall time in milliseconds. */
export interface Episode {
  readonly way: Way
  readonly labels: Readonly<Record<string, string>>
  readonly firingSince: number
  /** Absent while the alert is firing. */
  readonly endedAt?: number
}

const everyMs = 1_000

export class AlertWatch {
  readonly #way: Way
  readonly #base: string
  readonly #ended: Episode[] = []
  readonly #firing = new Map<string, Episode>()
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(way: Way, base: string) {
    this.#way = way
    this.#base = base
    void this.#lookAgain()
  }

  get episodes(): readonly Episode[] {
    return [...this.#ended, ...this.#firing.values()]
  }

  get firing(): readonly Episode[] {
    return [...this.#firing.values()]
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  async #lookAgain(): Promise<void> {
    // A busy server may answer the next request. If the server is gone, later checks fail.
    await this.#look().catch(() => undefined)
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#lookAgain(), everyMs)
  }

  async #look(): Promise<void> {
    const { data } = (await getJson(`${this.#base}/api/v1/alerts`)) as Answer
    const now = Date.now()
    const present = new Set<string>()
    for (const { labels, state } of data.alerts) {
      if (state !== 'firing') continue
      const key = JSON.stringify(Object.entries(labels).toSorted())
      present.add(key)
      if (!this.#firing.has(key)) this.#firing.set(key, { way: this.#way, labels, firingSince: now })
    }
    for (const [key, episode] of this.#firing) {
      if (present.has(key)) continue
      this.#firing.delete(key)
      this.#ended.push({ ...episode, endedAt: now })
    }
  }
}

interface Answer {
  readonly data: {
    readonly alerts: readonly {
      readonly labels: Readonly<Record<string, string>>
      readonly state: 'pending' | 'firing'
    }[]
  }
}
