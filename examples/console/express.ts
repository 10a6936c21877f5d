// How do I mount the console in Express?
import type { AddressInfo } from 'node:net'
import { createConsole } from '@runwell/console'
import express from 'express'
import { authorize, supervisor, visit } from './shared/sign-in.ts'

const app = express()
app.use(express.json()) // the console also works after middleware that has read the body
app.get('/', (_, response) => {
  response.send('the shop')
})

const ops = createConsole(supervisor, { authorize })
app.use('/ops', ops.node)

await supervisor.start()
const server = app.listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
await visit((server.address() as AddressInfo).port)
await supervisor.stop({ before: () => new Promise((resolve) => server.close(resolve)) })
