import { signal } from '@preact/signals'
import type { ProcessView, Snapshot, StreamedEvent, TaskDetail, TaskRow } from '../../api/types.ts'
import type { Refused } from './refused.ts'

const keptEvents = 2_000
/** No message takes this long, so a clock that is further behind has been set back. */
const setBackMs = 60_000

/**
 * This map is not a signal, so its changes do not render a view again. Each change of the map increases `version`. A
 * view that reads the map must also read `version`.
 */
export const tasks = new Map<string, TaskRow>()
export const version = signal(0)
export const processView = signal<ProcessView | undefined>(undefined)
/** The task whose page is open: `null` if there is no such task, `undefined` until it is loaded. */
export const detail = signal<TaskDetail | Refused | null | undefined>(undefined)
export const events = signal<readonly StreamedEvent[]>([])
export const lostEvents = signal(0)
/** How far the clock of the process is ahead of the clock of the browser. Too low by the time that a message takes. */
export const clockOffset = signal(0)

export function applySnapshot(snapshot: Snapshot): void {
  tasks.clear()
  for (const row of snapshot.tasks) tasks.set(row.name, row)
  processView.value = snapshot.process
  clockOffset.value = snapshot.process.at - Date.now()
  version.value += 1
}

export function applyRows(rows: readonly TaskRow[], gone: readonly string[]): void {
  for (const row of rows) tasks.set(row.name, row)
  for (const name of gone) tasks.delete(name)
  version.value += 1
}

export function applyProcess(changed: Partial<ProcessView>): void {
  if (processView.value === undefined) return
  processView.value = { ...processView.value, ...changed }
  if (changed.at === undefined) return
  const offset = changed.at - Date.now()
  const isSetBack = offset < clockOffset.value - setBackMs
  clockOffset.value = isSetBack ? offset : Math.max(clockOffset.value, offset)
}

export function addEvents(added: readonly StreamedEvent[]): void {
  if (added.length === 0) return
  events.value = [...added.toReversed(), ...events.value].slice(0, keptEvents)
}
