import { processWide } from '../base/process-wide.ts'

/** Each copy of the package has its own object here, which identifies the copy. */
const copy = {}

/** For each name, the ids of the started supervisors with this name, and the copy of the package that runs each. */
type Running = Map<string, Map<string, object>>

function running(): Running {
  return processWide<Running>('running-supervisors', () => new Map())
}

/**
 * Notes that a supervisor has started. Returns a warning if a supervisor of another copy of this package has the same
 * name. Then both write to the same metric series, and neither copy knows the supervisors of the other one.
 */
export function noteStarted(name: string, instanceId: string): string | undefined {
  const ofName = running().get(name) ?? new Map<string, object>()
  running().set(name, ofName)
  const isInOtherCopy = [...ofName.values()].some((other) => other !== copy)
  ofName.set(instanceId, copy)
  if (!isInOtherCopy) return undefined
  return (
    `This process has two copies of @runwell/core, and a supervisor named '${name}' runs in each, so their metrics overwrite ` +
    'each other. Load the package either by import or by require, or give each supervisor a unique name'
  )
}

export function noteStopped(name: string, instanceId: string): void {
  const ofName = running().get(name)
  ofName?.delete(instanceId)
  if (ofName?.size === 0) running().delete(name)
}
