// The program of consumer.ts in plain CommonJS.
const { manual, Supervisor } = require('@runwell/core')
const { startTelemetry } = require('@runwell/otel/node')

async function main() {
  const warn = (sentence) => {
    throw new Error(`Warned: ${sentence}`)
  }
  const telemetry = await startTelemetry({ serviceName: 'matrix', warn })
  const supervisor = new Supervisor({ observers: [telemetry.observer] })
  const run = async ({ sleep }) => sleep('5ms')
  const task = supervisor.register({ name: process.env.MATRIX_TASK, schedule: manual(), run })

  await supervisor.start()
  const { started } = await task.trigger()
  await supervisor.stop()
  await telemetry.shutdown()
  if (!started) throw new Error('The task did not run')
}

module.exports = { main }
if (require.main === module) void main()
