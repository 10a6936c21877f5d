import { every } from '@runwell/core'
import Fastify from 'fastify'
import { adoptChannel } from '../../src/channel/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'
import { CallWatch } from './call-watch.ts'

export function fastifyHarness(periodMs: number): AdopterHarness {
  return {
    periodMs,
    time: 'real',
    msPerSecond: 20,
    async start({ supervisor, name, job, report }) {
      const application = Fastify()
      const calls = new CallWatch()
      application.post('/job', calls.watch(job))
      application.setErrorHandler((error, _request, reply) => {
        report(error)
        return reply.code(500).send()
      })
      await application.ready()
      const expects = every(periodMs, { anchor: 'start' })
      const control = { stop: () => application.close() }
      const adopt = () =>
        supervisor && adoptChannel(supervisor, 'fastify.request.handler', { name, expects, control })
      const unfollow = adopt()
      let isRemoved = false
      return {
        adoptAgain: adopt,
        remove() {
          isRemoved = true
          unfollow?.()
          void application.close()
        },
        async next() {
          if (isRemoved) return
          let isOver = false
          await calls.next(
            () => {
              const answered = (): void => {
                isOver = true
              }
              application.inject({ method: 'POST', url: '/job' }).then(answered, answered)
            },
            () => isOver,
          )
        },
      }
    },
  }
}
