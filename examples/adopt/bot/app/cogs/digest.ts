import { config } from '../config.ts'
import { cron } from '../supervisor.ts'
import { Cog } from './cog.ts'

export class Digest extends Cog {
  override load(): void {
    cron.schedule(config.digest, () => this.post(), { name: 'digest', timezone: 'Europe/Berlin' })
  }

  private async post(): Promise<void> {
    const warnings = [...this.store.warnings.values()].reduce((sum, count) => sum + count, 0)
    await this.say(`Today: ${this.store.seenItems.size} items, ${warnings} warnings.`)
  }
}
