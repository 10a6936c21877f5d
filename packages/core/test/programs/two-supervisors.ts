import { handleSignals, manual, Supervisor } from '../../src/index.ts'

const quick = new Supervisor({ name: 'quick', observers: [] })
const slow = new Supervisor({ name: 'slow', observers: [] })
const task = slow.register({
  name: 'commit',
  schedule: manual(),
  run: ({ signal }) =>
    new Promise<void>((resolve) => {
      signal.addEventListener('abort', () =>
        setTimeout(() => {
          process.stdout.write('committed\n')
          resolve()
        }, 500),
      )
    }),
})
const stubborn = slow.register({ name: 'stubborn', schedule: manual(), run: () => new Promise(() => {}) })
for (const supervisor of [quick, slow]) {
  handleSignals(supervisor, { deadline: '3s', classGrace: '1s' })
  await supervisor.start()
}
void task.trigger()
if (process.argv[2] === 'stubborn') void stubborn.trigger()
process.stdout.write('ready\n')
