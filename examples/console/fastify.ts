// How do I mount the console in Fastify?
import type { AddressInfo } from 'node:net'
import { createConsole } from '@runwell/console'
import fastify from 'fastify'
import { authorize, supervisor, visit } from './shared/sign-in.ts'

const app = fastify()
app.get('/', () => 'the shop')

const ops = createConsole(supervisor, { authorize })
await app.register((scope, _, done) => {
  // The console reads the body itself, so Fastify must not read it in this scope.
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
  for (const path of ['/ops', '/ops/*']) {
    scope.all(path, (request, reply) => {
      reply.hijack()
      ops.node(request.raw, reply.raw)
    })
  }
  done()
})

await supervisor.start()
await app.listen({ port: 0, host: '127.0.0.1' })
await visit((app.server.address() as AddressInfo).port)
await app.close()
await supervisor.stop()
