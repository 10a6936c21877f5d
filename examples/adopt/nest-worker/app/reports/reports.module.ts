import { Module } from '@nestjs/common'
import { Reports } from './reports.ts'

@Module({ providers: [Reports] })
export class ReportsModule {}
