// The tasks have the problems that alerts detect. Their priority is normal, so no alert pages.
import { backoff, every, loop, manual, onFailure, type Scope, type Supervisor } from '@runwell/core'
import { scopes } from '@runwell/core/adapter'
import { startReplica } from './start-replica.ts'

const supervisor = await startReplica('faulty-tasks', (it) => {
  for (const scope of scopes) registerFaultyTasks(it, scope)
})

for (const scope of scopes) {
  supervisor.task(`${scope}.is-paused`)?.pause('It is only a test')
  const manualTask = supervisor.task(`${scope}.fails-manually`)
  for (let time = 0; time < 5; time++) await manualTask?.trigger()
}

function registerFaultyTasks(it: Supervisor, scope: Scope): void {
  const fails = () => {
    throw new RangeError('It always fails')
  }
  const named = (name: string) => ({ name: `${scope}.${name}`, scope, owner: 'test' })

  it.register({ ...named('fails'), schedule: every('1s'), slo: { target: 0.99 }, run: fails })
  it.register({ ...named('fails-slowly'), schedule: every('5s'), run: fails })
  it.register({ ...named('fails-seldom'), schedule: every('31s'), run: fails })
  it.register({ ...named('fails-manually'), schedule: manual(), run: fails })
  it.register({ ...named('is-paused'), schedule: every('1s'), run: () => undefined })
  // The tasks of both scopes block right after each other, so both trigger the alert.
  it.register({ ...named('blocks'), schedule: every('1s', { immediate: true }), run: blockLoop })
  it.register({
    ...named('sticks'),
    schedule: every('1s'),
    timeout: '200ms',
    abortGrace: '200ms',
    run: () => new Promise(() => undefined),
  })
  it.register({
    ...named('gives-up'),
    schedule: loop(),
    restart: onFailure({
      backoff: backoff.fixed('100ms'),
      budget: { restarts: 2, within: '10m' },
      park: { first: '14m' },
    }),
    run: fails,
  })
  it.register({
    ...named('crashes'),
    schedule: loop(),
    restart: onFailure({ backoff: backoff.fixed('2s'), budget: { restarts: 1_000, within: '10m' } }),
    run: async ({ sleep }) => {
      await sleep('1s')
      fails()
    },
  })
  it.register({
    ...named('falls-silent'),
    schedule: loop(),
    run: async (context) => {
      for (let beat = 0; beat < 100 && !context.aborted; beat++) {
        context.beat()
        await context.sleep('500ms')
      }
      await context.sleep('1d')
    },
  })
}

function blockLoop(): void {
  const end = performance.now() + 160
  while (performance.now() < end);
}
