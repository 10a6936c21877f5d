import type { Call } from './behavior.ts'
import type { LiveFunction } from './live-function.ts'
import type { Spec } from './spec.ts'
import type { World } from './world.ts'

const stopOptions = { deadline: 4_000, classGrace: 1_000 }

/** Performs a call of a run on its own supervisor. */
export function callFrom(live: LiveFunction, what: Call, world: World): void {
  const task = world.supervisor.task(live.task)
  switch (what) {
    case 'stop':
      world.onStopAsked(stopOptions)
      return live.context.stop(stopOptions)
    case 'await-stop':
      return world.stop(stopOptions)
    case 'register':
      return world.register(nested)
    case 'spawn':
      return world.spawn(true)
    case 'trigger':
      return world.trigger(task)
    case 'restart':
      return world.restart(task)
    case 'unregister':
      return world.unregister(task)
    case 'pause':
      return task?.pause('by its own run')
    case 'resume':
      return task?.resume()
  }
}

/** The task that a run registers. */
const nested: Spec = {
  name: 'nested',
  schedule: { kind: 'every', periodMs: 100, from: 'start', misfire: 'coalesce' },
  overlap: 'skip',
  priority: 'low',
  timeoutMs: undefined,
  abortGraceMs: 20,
  allowAbandoned: 0,
  restart: {
    mode: 'never',
    restarts: 0,
    withinMs: 100,
    initialMs: 0,
    factor: 1,
    exhausted: 'park',
    stableMs: 50,
  },
  retries: 0,
  rules: 'default',
  hasEnabled: false,
  dependsOn: undefined,
  behaviors: [{ does: 'return' }],
}
