const { main } = require('./consumer.cjs')

test('runs a task and sends its telemetry', () => main(), 120_000)
