import type { Message } from 'discord.js'
import { config } from '../config.ts'
import { cron } from '../supervisor.ts'
import { Cog } from './cog.ts'

const command = /^!remind (\d+)m (.+)$/

/** After the message `!remind 10m tea`, the bot sends the reminder "tea" about ten minutes later. */
export class Reminders extends Cog {
  override load(): void {
    this.client.on('messageCreate', (message) => this.accept(message))
    cron.schedule(config.reminders, () => this.sendDue(), { name: 'reminders', noOverlap: true })
  }

  private async accept(message: Message): Promise<void> {
    const [, minutes, text] = command.exec(message.content) ?? []
    if (minutes === undefined || text === undefined) return
    this.store.remind({ at: Date.now() + Number(minutes) * 60_000, author: message.author.id, text })
    await this.say(`Reminder set: ${text}`)
  }

  private async sendDue(): Promise<void> {
    for (const { author, text } of this.store.takeDue(Date.now())) await this.say(`<@${author}> ${text}`)
  }
}
