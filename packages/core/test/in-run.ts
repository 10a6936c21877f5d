import type { RunContext, TaskOptions } from '../src/index.ts'
import { manual } from '../src/index.ts'
import { setUp } from './supervised.ts'

type Each = RunContext['each']

export async function inRun(
  fn: (each: Each, context: RunContext) => unknown,
  options: Partial<TaskOptions> = {},
) {
  const scene = setUp()
  const task = scene.supervisor.register({
    name: 'a',
    schedule: manual(),
    ...options,
    run: (context) => fn(context.each, context),
  })
  await scene.supervisor.start()
  const result = task.trigger()
  await scene.clock.advance(0)
  const units = (): unknown[] =>
    scene.recorder.of('unit.ended').map(({ unit, outcome, error }) => [unit, outcome, error?.message])
  return { ...scene, task, result, units }
}

export const boom = (): never => {
  throw new Error('boom')
}
