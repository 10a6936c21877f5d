// How do I mount the console in Nest?
import 'reflect-metadata'
import type { AddressInfo } from 'node:net'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { createConsole } from '@runwell/console'
import { authorize, supervisor, visit } from './shared/sign-in.ts'

class AppModule {}
Module({})(AppModule) // the same as the decorator @Module({})

const app = await NestFactory.create(AppModule, { logger: false })
const ops = createConsole(supervisor, { authorize })
app.use('/ops', ops.node)
// A real application has controllers instead of this route.
app.getHttpAdapter().get('/', (_: unknown, response: { end(text: string): void }) => response.end('the shop'))

await supervisor.start()
await app.listen(0, '127.0.0.1')
await visit((app.getHttpServer().address() as AddressInfo).port)
await supervisor.stop()
await app.close()
