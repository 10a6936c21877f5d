import { processWide } from '../base/process-wide.ts'

/** This object identifies this copy of the package: a program may load the package twice. */
const copy = {}

/**
 * For each name: the instance ids of the started supervisors with this name. Each instance id is mapped to its copy
 * of the package.
 */
type Running = Map<string, Map<string, object>>

function running(): Running {
  return processWide<Running>('running-supervisors', () => new Map())
}

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
