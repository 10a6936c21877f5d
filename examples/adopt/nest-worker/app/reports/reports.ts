import { Injectable } from '@nestjs/common'
import { Cron, CronExpression, Timeout } from '@nestjs/schedule'
import { Database } from '../database/database.ts'

@Injectable()
export class Reports {
  constructor(private readonly database: Database) {}

  @Timeout(500)
  async welcome(): Promise<void> {
    await this.database.put({ to: 'ops@example.com', subject: 'The worker has started' })
  }

  @Cron(process.env['REPORT_CRON'] ?? '0 6 * * *', { name: 'daily', timeZone: 'Europe/Berlin' })
  async daily(): Promise<void> {
    await this.database.put({ to: 'board@example.com', subject: `Report of ${new Date().toISOString()}` })
  }

  @Cron(CronExpression.EVERY_WEEK)
  async weekly(): Promise<void> {
    await this.database.put({ to: 'board@example.com', subject: 'The week' })
  }
}
