import { every, handleSignals, Supervisor } from '../../src/index.ts'

const printed = new Set(['run.missed', 'loop.blocked', 'clock.jumped', 'rule.opened'])
const supervisor = new Supervisor({
  observers: [
    {
      name: 'print',
      onEvent(event) {
        if (printed.has(event.type)) process.stdout.write(`${JSON.stringify(event)}\n`)
      },
    },
  ],
})
const task = supervisor.register({
  name: 'poll',
  schedule: every('100ms', { immediate: true }),
  run: () => {},
})
handleSignals(supervisor)
process.on('exit', () => process.stdout.write(`missed ${task.metrics().missed}, ${task.health().status}\n`))
await supervisor.start()
process.stdout.write('ready\n')
