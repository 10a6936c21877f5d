import { Injectable } from '@nestjs/common'
import { Interval } from '@nestjs/schedule'
import { Database } from '../database/database.ts'
import { Mailer } from '../mail/mailer.ts'

@Injectable()
export class Outbox {
  constructor(
    private readonly database: Database,
    private readonly mailer: Mailer,
  ) {}

  @Interval('outbox', 1_000)
  async drain(): Promise<void> {
    for (const mail of await this.database.take(20)) await this.mailer.send(mail)
  }
}
