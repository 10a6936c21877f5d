import { setInterval } from '@runwell/adopt/timers'
import { Cog } from './cog.ts'

const activities = ['the logs', 'the feeds', 'you']

export class Presence extends Cog {
  #turn = 0

  override load(): void {
    setInterval(() => this.rotate(), 30_000)
  }

  private rotate(): void {
    this.#turn = (this.#turn + 1) % activities.length
    this.client.user?.setActivity(activities[this.#turn] ?? 'the logs')
  }
}
