import fc from 'fast-check'
import { commands } from './commands.ts'
import type { Model } from './step.ts'
import { World } from './world.ts'

export interface Place {
  readonly seed: number
  readonly path?: string | undefined
  readonly replayPath?: string | undefined
}

type Sequence = Iterable<fc.AsyncCommand<Model, World>>

export function soak(place: Place, numRuns: number): Promise<fc.RunDetails<[Sequence]>> {
  const property = fc.asyncProperty(sequences(place), async (sequence) => {
    await play(sequence, new World(true))
  })
  return fc.check(property, parametersOf(place, numRuns))
}

/** Each sequence must emit the same events with failing and with working observers. */
export function soakTwice(place: Place, numRuns: number): Promise<fc.RunDetails<[Sequence]>> {
  const property = fc.asyncProperty(sequences(place), async (sequence) => {
    const failing = await play(sequence, new World(true))
    const fine = await play(sequence, new World(false))
    const differs = failing.findIndex((line, index) => line !== fine[index])
    if (differs < 0 && failing.length === fine.length) return
    const [one, other] = [failing, fine].map((lines) => lines.slice(Math.max(0, differs - 20), differs + 3))
    throw new Error(
      `15 containment: failing observers change the emitted events\n${one?.join('\n')}\n\n${other?.join('\n')}`,
    )
  })
  return fc.check(property, parametersOf(place, numRuns))
}

function sequences({ replayPath }: Place): fc.Arbitrary<Sequence> {
  const constraints = { maxCommands: 60, size: '+1' } as const
  return fc.commands([...commands], replayPath === undefined ? constraints : { ...constraints, replayPath })
}

function parametersOf({ seed, path }: Place, numRuns: number) {
  return { seed, numRuns, ...(path === undefined ? {} : { path }) }
}

async function play(sequence: Sequence, world: World): Promise<readonly string[]> {
  await fc.asyncModelRun(() => ({ model: {}, real: world }), sequence)
  await world.end()
  const { timeline } = world.oracle
  const faults = world.oracle.takeFaults()
  if (faults.length > 0)
    throw new Error(`at the end: ${faults.join('\n')}\n\n${timeline.slice(-60).join('\n')}`)
  const emitted = timeline.filter((line) => !line.includes(' observer.failed ') && !line.startsWith('>'))
  const end = emitted.findIndex((line) => line.includes(' shutdown.ended '))
  return emitted.slice(0, end + 1)
}
