import type { Effect } from '../src/kernel/effect.ts'
import type { KernelEvent } from '../src/kernel/event.ts'
import type { RunState } from '../src/kernel/state.ts'
import { step } from '../src/kernel/step.ts'
import type { KernelScene } from './kernel-scene.ts'

export function effectsOf(scene: KernelScene, event: KernelEvent): readonly Effect[] {
  return step(scene.state, event, { wall: scene.now, mono: scene.now, awake: scene.now })
}

export function newestRun(scene: KernelScene, task: string): RunState | undefined {
  return scene.state.tasks.get(task)?.runs?.at(-1)
}
