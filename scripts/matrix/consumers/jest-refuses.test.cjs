// Jest refuses `import()` without `--experimental-vm-modules`, so the exporters of OpenTelemetry cannot load.
const { manual, Supervisor } = require('@runwell/core')
const { startTelemetry } = require('@runwell/otel/node')

test('gets one warning that nothing can be sent, with the cure', async () => {
  const warnings = []
  const telemetry = await startTelemetry({
    serviceName: 'matrix',
    onWarning: (message) => warnings.push(message),
  })
  const supervisor = new Supervisor({ observers: [telemetry.observer] })
  const task = supervisor.register({ name: process.env.MATRIX_TASK, schedule: manual(), run: async () => {} })
  await supervisor.start()
  const { started } = await task.trigger()
  await supervisor.stop()
  await telemetry.shutdown()

  expect(started).toBe(true)
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain('--experimental-vm-modules')
}, 120_000)
