import { setInterval } from '@runwell/adopt/timers'
import { config } from '../config.ts'
import { Cog } from './cog.ts'

interface Item {
  readonly id: string
  readonly title: string
}

export class Feeds extends Cog {
  override load(): void {
    const pollFeeds = () => this.poll().catch((error) => console.error('feeds:', error))
    setInterval(pollFeeds, config.feedPeriodMs)
  }

  private async poll(): Promise<void> {
    const response = await fetch(config.feed)
    const items = (await response.json()) as readonly Item[]
    for (const { id, title } of items.filter((item) => !this.store.seenItems.has(item.id))) {
      this.store.seenItems.add(id)
      await this.say(`New: ${title}`)
    }
  }
}
