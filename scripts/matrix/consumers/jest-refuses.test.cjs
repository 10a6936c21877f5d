// Jest as it comes refuses `import()`, and OpenTelemetry's exporters with it: that has to be said, once, with the cure.
const { manual, Supervisor } = require('@runwell/core')
const { startTelemetry } = require('@runwell/otel/node')

test('is told that nothing can be sent, and how it can', async () => {
  const warnings = []
  const telemetry = await startTelemetry({
    serviceName: 'matrix',
    warn: (sentence) => warnings.push(sentence),
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
