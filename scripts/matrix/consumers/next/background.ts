import { handleSignals, manual, Supervisor, type Task } from '@runwell/core'
import { startTelemetry } from '@runwell/otel/node'
import './peers.ts'

declare global {
  var background: { readonly task: Task }
}

export async function startBackground(): Promise<void> {
  const onWarning = (message: string) => console.log(`Warned: ${message}`)
  const telemetry = await startTelemetry({ serviceName: 'matrix', onWarning })
  const supervisor = new Supervisor({ observers: [telemetry.observer] })
  const task = supervisor.register({
    name: process.env.MATRIX_TASK ?? 'task',
    schedule: manual(),
    run: ({ sleep }) => sleep('5ms'),
  })
  globalThis.background = { task }
  handleSignals(supervisor, {
    log: (line) => console.log(line),
    onReport: () => telemetry.shutdown(),
  })
  await supervisor.start()
}
