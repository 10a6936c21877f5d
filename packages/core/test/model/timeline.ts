import type { Effect } from '../../src/kernel/effect.ts'
import type { KernelEvent } from '../../src/kernel/event.ts'
import { stateOf } from '../../src/kernel/state.ts'
import type { Configuration } from './configuration.ts'
import { Coverage } from './coverage.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { movesOf } from './moves.ts'
import type { Occurrence } from './occurrence.ts'
import { perform } from './perform.ts'
import { Violation } from './violation.ts'
import { epoch, newWorld } from './world.ts'

export function timelineOf(configuration: Configuration, path: readonly number[]): readonly string[] {
  const lines: string[] = []
  let elapsed = 0
  let key = encode(newWorld(configuration))
  for (const index of path) {
    const world = decode(configuration, key)
    const move = movesOf(world)[index]
    if (!move) break
    const onStep = (occurrence: Occurrence): void => {
      lines.push(lineOf(elapsed, occurrence))
    }
    try {
      perform(world, move, { coverage: new Coverage(), onStep })
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      lines.push(`${timeOf(elapsed + world.now - epoch)} ${move.kind}: ${error.invariant}: ${error.message}`)
      break
    }
    elapsed += world.now - epoch
    key = encode(world)
  }
  return lines
}

function lineOf(elapsed: number, { world, event, effects }: Occurrence): string {
  const at = elapsed + world.now - epoch
  const states = [...world.kernel.tasks.values()].map((task) => {
    const flags = `${task.paused ? ' paused' : ''}${task.removed ? ' removed' : ''}`
    return `${task.name} ${stateOf(task)}${flags}`
  })
  const did = effects.map((effect) => effectText(effect, elapsed)).join(', ')
  return `${timeOf(at)} ${eventText(event)} → ${did || 'nothing'}  [${states.join('; ')}; ${world.kernel.phase}]`
}

function timeOf(ms: number): string {
  return `${(ms / 1_000).toFixed(1).padStart(6)} s`
}

function eventText(event: KernelEvent): string {
  const { type, ...rest } = event
  if (event.type === 'register' || event.type === 'reschedule') return `${type} ${event.task}`
  if (event.type === 'judged') return `judged ${event.task} ${event.rules[0]?.judgement.kind}`
  const parts = Object.entries(rest).map(([field, value]) => {
    if (field === 'task') return String(value)
    if (field === 'slots')
      return value === undefined ? '' : `slots ×${event.type === 'due' ? event.slots?.count : 0}`
    if (field === 'asked') return ''
    return value === undefined || value === false ? '' : `${field} ${String(value)}`
  })
  return [type, ...parts.filter((part) => part !== '')].join(' ')
}

function effectText(effect: Effect, elapsed: number): string {
  const task = 'task' in effect && effect.task ? ` ${effect.task.name}` : ''
  const run = 'run' in effect && effect.run ? `#${effect.run.id}` : ''
  const why = 'reason' in effect && effect.reason ? ` ${effect.reason}` : ''
  const outcome = effect.do === 'ended' ? ` ${effect.outcome}` : ''
  const at =
    effect.do === 'arm' || effect.do === 'arm-stop' ? ` at ${timeOf(elapsed + effect.at - epoch).trim()}` : ''
  return `${effect.do}${task}${run}${outcome}${why}${at}`
}
