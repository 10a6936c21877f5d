import { AsyncLocalStorage } from 'node:async_hooks'

const request = new AsyncLocalStorage<string>()
const tenant = new AsyncLocalStorage<string>()

const { every, loop, manual, Supervisor } = await request.run('request of alice', () =>
  tenant.run('alice', () => import('../../src/index.ts')),
)

const seen: Record<string, unknown[]> = {}
function note(what: string): void {
  seen[what] ??= []
  seen[what].push(request.getStore() ?? 'none', tenant.getStore() ?? 'nobody')
}

const supervisor = new Supervisor({
  observers: [{ name: 'notes', onEvent: ({ type }) => type === 'run.ended' && note('event') }],
})
const run = (name: string) => async () => {
  note(name)
  await Promise.resolve()
  note(name)
}
supervisor.register({ name: 'slot', schedule: every('1h', { immediate: true }), run: run('slot') })
supervisor.register({
  name: 'loop',
  schedule: loop(),
  run: ({ sleep }) => {
    note('loop')
    return sleep('1d')
  },
})
const task = supervisor.register({ name: 'manual', schedule: manual(), run: run('manual') })
await request.run('request of bob', async () => {
  await supervisor.start()
  await task.trigger()
  note('caller')
})
await new Promise((resolve) => setTimeout(resolve, 50))
await supervisor.stop()
process.stdout.write(JSON.stringify(seen))
