/**
 * Arguments:
 *
 * 1. how the tasks behave
 * 2. the options of `handleSignals()`, and `after`, which changes what happens after the start or at the end
 * 3. `failing` for an observer that fails
 *
 * The program prints `ready` when it runs. After an uncaught error or an unhandled rejection, it exits with 99.
 */
import type { RunContext, SignalOptions } from '../../src/index.ts'
import { every, handleSignals, loop, Supervisor } from '../../src/index.ts'

process.on('unhandledRejection', (reason) => escaped(reason))
process.on('uncaughtException', (error) => escaped(error))

function escaped(what: unknown): never {
  process.stderr.write(`escaped: ${String(what)}\n`)
  process.exit(99)
}

const [, , behaviors = '', options = '{}', observers = ''] = process.argv
const { after, ...signalOptions } = JSON.parse(options) as SignalOptions & { readonly after?: string }
const failing = {
  name: 'failing',
  onEvent: () => Promise.reject(new Error('onEvent')) as never,
  aroundRun: () => Promise.reject(new Error('aroundRun')),
  flush: () => Promise.reject(new Error('flush')),
}
const supervisor = new Supervisor({ observers: observers === 'failing' ? [failing] : [], seed: 1 })
const often = every('30ms', { immediate: true })

function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

const register: Readonly<Record<string, (name: string) => void>> = {
  polite: (name) => supervisor.register({ name, schedule: loop(), run: ({ sleep }) => sleep('1d') }),
  critical: (name) =>
    supervisor.register({ name, priority: 'critical', schedule: loop(), run: ({ sleep }) => sleep('1d') }),
  slow: (name) =>
    supervisor.register({
      name,
      schedule: loop(),
      run: async ({ sleep }) => {
        await sleep('1d')
        await new Promise((resolve) => setTimeout(resolve, 150))
      },
    }),
  ignores: (name) => supervisor.register({ name, schedule: loop(), run: () => new Promise(() => {}) }),
  complains: (name) =>
    supervisor.register({
      name,
      schedule: loop(),
      run: async ({ sleep }) => {
        await sleep('1d')
        for (const stream of [process.stderr, process.stdout]) stream.write('this run was aborted\n')
      },
    }),
  throws: (name) =>
    supervisor.register({
      name,
      schedule: often,
      run: () => {
        throw new Error('thrown')
      },
    }),
  rejects: (name) =>
    supervisor.register({ name, schedule: often, run: () => Promise.reject(Symbol('rejected')) }),
  blocks: (name) =>
    supervisor.register({
      name,
      schedule: loop(),
      run: async ({ sleep, signal }) => {
        while (!signal.aborted) {
          block(60)
          await sleep('40ms')
        }
        block(200)
      },
    }),
  'blocks-for-ever': (name) =>
    supervisor.register({
      name,
      schedule: loop(),
      run: async ({ sleep }) => {
        await sleep('1d')
        block(Number.POSITIVE_INFINITY)
      },
    }),
  stops: (name) => {
    let runs = 0
    supervisor.register({
      name,
      schedule: often,
      run: async ({ stop, sleep }: RunContext) => {
        runs += 1
        if (runs === 4) stop({ reason: 'requested by a run', deadline: '1s' })
        await sleep('1d')
      },
      overlap: { parallel: 100 },
    })
  },
  registers: (name) => {
    let count = 0
    supervisor.register({
      name,
      schedule: often,
      run: async ({ sleep }) => {
        count += 1
        supervisor.register({
          name: `${name}-${count}`,
          schedule: loop(),
          run: (context) => context.sleep('1d'),
        })
        await sleep('20ms')
        supervisor.register({ name: `${name}-late-${count}`, schedule: often, run: () => {} })
      },
    })
  },
  spawns: (name) =>
    supervisor.register({
      name,
      schedule: loop(),
      run: async (context) => {
        const { sleep } = context
        for (let count = 0; count < 200 && !context.aborted; count += 1) {
          supervisor.spawn(`${name}-job`, () => (count % 2 ? Promise.reject(new Error('job')) : sleep('1d')))
          await sleep('5ms')
        }
        for (let count = 0; count < 5; count += 1)
          supervisor.spawn(`${name}-late`, () => Promise.reject(count))
      },
    }),
}

for (const [index, behavior] of behaviors.split(',').entries()) register[behavior]?.(`${behavior}-${index}`)
const never = (): Promise<never> => new Promise(() => {})
const keptAlive = setInterval(() => {}, 1_000)
handleSignals(supervisor, {
  ...signalOptions,
  ...(after === 'never' ? { onReport: never, before: never } : undefined),
  ...(after === 'reports-for-ever' ? { onReport: never } : undefined),
  ...(after === 'throws' ? { onReport: () => Promise.reject(new Error('report')) } : undefined),
})
await supervisor.start()
if (after === 'exit-by-itself') clearInterval(keptAlive)
process.stdout.write('ready\n')
