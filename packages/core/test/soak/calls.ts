import type { Supervisor, Task } from '../../src/index.ts'
import type { Call } from './behavior.ts'
import type { LiveFunction } from './live-function.ts'
import type { Spec } from './spec.ts'

const stopOptions = { deadline: 4_000, classGrace: 1_000 }

export interface CallTarget {
  readonly supervisor: Supervisor
  onStopAsked(options: typeof stopOptions): void
  stop(options: typeof stopOptions): void
  register(spec: Spec): void
  spawn(settles: boolean): void
  trigger(task: Task | undefined): void
  restart(task: Task | undefined): void
  unregister(task: Task | undefined): void
}

export function callFrom(live: LiveFunction, what: Call, target: CallTarget): void {
  const task = target.supervisor.task(live.task)
  switch (what) {
    case 'stop':
      target.onStopAsked(stopOptions)
      return live.context.stop(stopOptions)
    case 'await-stop':
      return target.stop(stopOptions)
    case 'register':
      return target.register(nested)
    case 'spawn':
      return target.spawn(true)
    case 'trigger':
      return target.trigger(task)
    case 'restart':
      return target.restart(task)
    case 'unregister':
      return target.unregister(task)
    case 'pause':
      return task?.pause('by its own run')
    case 'resume':
      return task?.resume()
  }
}

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
