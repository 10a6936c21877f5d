// The program of consumer.cjs under Jest, which replaces how modules are loaded.
const { main } = require('./consumer.cjs')

test('runs a task and sends its telemetry', () => main(), 120_000)
