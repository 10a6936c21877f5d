import type { Client } from 'discord.js'
import { config } from '../config.ts'
import type { Store } from '../store.ts'

export abstract class Cog {
  protected readonly client: Client
  protected readonly store: Store

  constructor(client: Client, store: Store) {
    this.client = client
    this.store = store
  }

  abstract load(): void

  protected async say(text: string): Promise<void> {
    const channel = this.client.channels.cache.get(config.channel)
    if (channel?.isSendable()) await channel.send(text)
  }
}
