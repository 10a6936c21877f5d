import { Module } from '@nestjs/common'
import { MailModule } from '../mail/mail.module.ts'
import { Outbox } from './outbox.ts'

@Module({ imports: [MailModule], providers: [Outbox] })
export class OutboxModule {}
