import { manual, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { otelObserver } from '@runwell/otel'
import * as node from '@runwell/otel/node'
import { sentryObserver } from '@runwell/sentry'
import * as Sentry from '@sentry/node'

async function main(): Promise<void> {
  const supervisor = new Supervisor({ observers: [otelObserver(), sentryObserver(Sentry)] })
  let runs = 0
  const task = supervisor.register({
    name: 'smoke.task',
    schedule: manual(),
    run: async () => {
      runs++
    },
  })

  await supervisor.start()
  const result = await task.trigger()
  const report = await supervisor.stop()

  const parts = { runs, started: result.started, abandoned: report.abandoned.length }
  const expected = { runs: 1, started: true, abandoned: 0 }
  if (JSON.stringify(parts) !== JSON.stringify(expected))
    throw new Error(`Unexpected: ${JSON.stringify(parts)}`)
  if (typeof new VirtualClock().now() !== 'number') throw new Error('The virtual clock tells no time')
  if (Object.keys(node).length === 0) throw new Error('@runwell/otel/node exports nothing')
  console.log('one task ran')
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
