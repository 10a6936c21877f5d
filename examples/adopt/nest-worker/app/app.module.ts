import { Module } from '@nestjs/common'
import { ScheduleModule } from '@nestjs/schedule'
import { RunwellModule } from '@runwell/adopt/nest'
import { DatabaseModule } from './database/database.module.ts'
import { MailModule } from './mail/mail.module.ts'
import { OutboxModule } from './outbox/outbox.module.ts'
import { ReportsModule } from './reports/reports.module.ts'

@Module({
  imports: [
    ScheduleModule.forRoot(),
    RunwellModule.forRoot(),
    DatabaseModule,
    MailModule,
    OutboxModule,
    ReportsModule,
  ],
})
export class AppModule {}
