import type { Effect } from '../src/kernel/effect.ts'
import type { KernelEvent } from '../src/kernel/event.ts'
import type { RunState } from '../src/kernel/state.ts'
import { step } from '../src/kernel/step.ts'
import type { KernelScene } from './kernel-scene.ts'

/** Sends an event to the kernel and returns the effects as objects. `KernelScene.send` returns them as text. */
export function effectsOf(scene: KernelScene, event: KernelEvent): readonly Effect[] {
  return step(scene.state, event, { wall: scene.now, mono: scene.now, awake: scene.now })
}

/** The newest run of a task that has not settled; it may be abandoned. */
export function newestRun(scene: KernelScene, task: string): RunState | undefined {
  return scene.state.tasks.get(task)?.runs?.at(-1)
}
