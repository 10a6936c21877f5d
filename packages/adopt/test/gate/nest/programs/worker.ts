import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { loop, type RunContext } from '@runwell/core'
import { RunwellModule, Supervised } from '../../../../src/nest/index.ts'

class Queue {
  async consume({ signal }: RunContext): Promise<void> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    await sleep(300)
    writeSync(1, 'job ended\n')
  }
}
const consume = Object.getOwnPropertyDescriptor(Queue.prototype, 'consume') as PropertyDescriptor
Supervised({ schedule: loop() })(Queue.prototype, 'consume', consume)

class Database {
  onModuleDestroy(): void {
    writeSync(1, 'database closed\n')
  }
}

class AppModule {}
Module({ imports: [RunwellModule.forRoot()], providers: [Queue, Database] })(AppModule)
const application = await NestFactory.createApplicationContext(AppModule, { logger: false })
application.enableShutdownHooks()
writeSync(1, 'ready\n')
