import type fc from 'fast-check'
import type { World } from './world.ts'

/** fast-check needs a model type. It is empty, because every command is valid at any time. */
export type Model = object

class Step implements fc.AsyncCommand<Model, World> {
  readonly #text: string
  readonly #act: (world: World) => void | Promise<void>

  constructor(text: string, act: (world: World) => void | Promise<void>) {
    this.#text = text
    this.#act = act
  }

  check(): boolean {
    return true
  }

  async run(_model: Model, world: World): Promise<void> {
    world.oracle.timeline.push(`> ${this.#text}`)
    await this.#act(world)
    await world.verify()
    const faults = world.oracle.takeFaults()
    if (faults.length > 0)
      throw new Error(`${faults.join('\n')}\n\n${world.oracle.timeline.slice(-60).join('\n')}`)
  }

  toString(): string {
    return this.#text
  }
}

export function step(text: string, act: (world: World) => void | Promise<void>): Step {
  return new Step(text, act)
}
