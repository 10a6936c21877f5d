import type { Message } from 'discord.js'
import { Cog } from './cog.ts'

const forbidden = /free nitro|crypto giveaway/i

export class Moderation extends Cog {
  override load(): void {
    this.client.on('messageCreate', (message) => this.inspect(message))
  }

  private async inspect(message: Message): Promise<void> {
    if (message.author.bot || !forbidden.test(message.content)) return
    const count = this.store.warn(message.author.id)
    await this.say(`<@${message.author.id}> that looks like spam (warning ${count}).`)
  }
}
