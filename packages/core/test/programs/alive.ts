/** Runs the cases that its argument names. When it exits, it prints `end` and the exit code. */
import { Worker } from 'node:worker_threads'
import type { RunContext } from '../../src/index.ts'
import { every, handleSignals, loop, manual, Supervisor, schedules } from '../../src/index.ts'

const supervisor = new Supervisor({ observers: [], monitor: '100ms' })
const run = (): void => {}
const cases: Readonly<Record<string, () => unknown>> = {
  nothing: () => {},
  manual: () => supervisor.register({ name: 'manual', schedule: manual(), run }),
  paused: () => supervisor.register({ name: 'paused', schedule: every('50ms'), run }).pause(),
  once: () => supervisor.register({ name: 'once', schedule: schedules.once({ after: '50ms' }), run }),
  instrumented: () => supervisor.instrument({ name: 'instrumented' }, run)(),
  spawned: () => supervisor.spawn('spawned', ({ sleep }) => sleep('100ms')),
  slot: () => supervisor.register({ name: 'slot', schedule: every('1h'), run }),
  loop: () => supervisor.register({ name: 'loop', schedule: loop(), run: () => new Promise(() => {}) }),
  backoff: () =>
    supervisor.register({ name: 'a', schedule: loop(), run: () => Promise.reject(new Error('no')) }),
  unregistered: () => {
    const task = supervisor.register({ name: 'unregistered', schedule: every('1h'), run })
    setTimeout(() => void task.unregister(), 50)
  },
  worker: () =>
    new Worker(new URL(import.meta.url)).on('error', (error) => process.stdout.write(`${String(error)}\n`)),
  stopped: () => {
    removeHandlers() // otherwise the handlers would end the process after the stop
    supervisor.register({ name: 'a', schedule: loop(), run: ({ sleep }) => sleep('1d') })
    supervisor.register({ name: 'b', schedule: loop(), run: () => new Promise(() => {}) })
    const ignoresAbort = async ({ sleep }: RunContext): Promise<void> => {
      for (;;) await sleep('1s')
    }
    supervisor.register({ name: 'c', schedule: loop(), run: ignoresAbort })
    setTimeout(() => void supervisor.stop({ deadline: '100ms' }), 50)
  },
}

const removeHandlers = handleSignals(supervisor)
process.on('exit', (code) => process.stdout.write(`end ${code}\n`))
await supervisor.start()
for (const name of process.argv[2]?.split(',') ?? []) cases[name]?.()
process.stdout.write('ready\n')
