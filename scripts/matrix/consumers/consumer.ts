// A program of a user: runs a task once and sends its telemetry.
import { manual, Supervisor } from '@runwell/core'
import { startTelemetry } from '@runwell/otel/node'

async function main(): Promise<void> {
  const warnings: string[] = []
  const telemetry = await startTelemetry({
    serviceName: 'matrix',
    onWarning: (message) => warnings.push(message),
  })
  const supervisor = new Supervisor({ observers: [telemetry.observer] })
  const task = supervisor.register({
    name: process.env['MATRIX_TASK'] ?? 'matrix',
    schedule: manual(),
    run: async ({ sleep }) => sleep('5ms'),
  })

  await supervisor.start()
  const result = await task.trigger()
  await supervisor.stop()
  await telemetry.shutdown()

  if (!result.started) throw new Error('The task did not run')
  if (warnings.length > 0) throw new Error(`Warned: ${warnings.join('; ')}`)
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
