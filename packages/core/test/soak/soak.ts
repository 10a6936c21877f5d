import fc from 'fast-check'
import type { Model } from './commands.ts'
import { commands } from './commands.ts'
import { World } from './world.ts'

/** Where in the sequence of all tries one is. */
export interface Place {
  readonly seed: number
  readonly path?: string | undefined
  readonly replayPath?: string | undefined
}

type Sequence = Iterable<fc.AsyncCommand<Model, World>>

/** Tries `numRuns` command sequences from `place` on: each in a world whose observers fail as they are told. */
export function soak(place: Place, numRuns: number): Promise<fc.RunDetails<[Sequence]>> {
  const property = fc.asyncProperty(sequences(place), async (sequence) => {
    await play(sequence, new World(true))
  })
  return fc.check(property, parametersOf(place, numRuns))
}

/** As `soak`, and each sequence once more with observers that never fail: it must tell the very same (invariant 15). */
export function soakTwice(place: Place, numRuns: number): Promise<fc.RunDetails<[Sequence]>> {
  const property = fc.asyncProperty(sequences(place), async (sequence) => {
    const failing = await play(sequence, new World(true))
    const fine = await play(sequence, new World(false))
    const differs = failing.findIndex((line, index) => line !== fine[index])
    if (differs < 0 && failing.length === fine.length) return
    const [one, other] = [failing, fine].map((lines) => lines.slice(Math.max(0, differs - 20), differs + 3))
    throw new Error(
      `15 containment: observers that fail change what is told\n${one?.join('\n')}\n\n${other?.join('\n')}`,
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

/** Runs a sequence to its end, which is the end of a stop. What the supervisor told until then, as lines. */
async function play(sequence: Sequence, world: World): Promise<readonly string[]> {
  await fc.asyncModelRun(() => ({ model: {}, real: world }), sequence)
  await world.end()
  const { timeline } = world.oracle
  const faults = world.oracle.takeFaults()
  if (faults.length > 0)
    throw new Error(`at the end: ${faults.join('\n')}\n\n${timeline.slice(-60).join('\n')}`)
  const told = timeline.filter((line) => !line.includes(' observer.failed ') && !line.startsWith('>'))
  const end = told.findIndex((line) => line.includes(' shutdown.ended '))
  return told.slice(0, end + 1)
}
