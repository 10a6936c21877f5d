import type { EventOf, SupervisorEvent } from '@runwell/core'
import type { AuditEntry } from '../api/types.ts'
import type { Redact } from './redact.ts'

const keptEntries = 500

export class Audit {
  readonly #entries: AuditEntry[] = []
  readonly #redact: Redact

  constructor(redact: Redact) {
    this.#redact = redact
  }

  get entries(): readonly AuditEntry[] {
    return [...this.#entries].reverse()
  }

  onEvent(event: SupervisorEvent): void {
    if (event.type === 'task.rescheduled') return this.#noteSchedule(event)
    if (event.type !== 'control.performed') return
    const { at, by, control: action, task } = event
    const reason = event.reason && this.#redact(event.reason, 'note')
    this.#entries.push({ at, by, action, task, reason, result: resultOf(event) })
    if (this.#entries.length > keptEntries) this.#entries.shift()
  }

  #noteSchedule({ at, task, schedule }: EventOf<'task.rescheduled'>): void {
    const entry = this.#entries.at(-1)
    if (entry?.action !== 'reschedule' || entry.task !== task || entry.at !== at) return
    this.#entries[this.#entries.length - 1] = { ...entry, result: `now ${schedule.text}` }
  }
}

const done: Readonly<Record<AuditEntry['action'], string>> = {
  trigger: 'started',
  pause: 'paused',
  resume: 'resumed',
  restart: 'restarted',
  reschedule: 'rescheduled',
  abort: 'aborted',
  unregister: 'unregistered',
}

function resultOf({ control, result, runId }: EventOf<'control.performed'>): string {
  if (result === 'done') return runId === undefined ? done[control] : `${done[control]} ${runId}`
  if (result === 'unchanged') return 'nothing to do'
  return result === 'queued' ? 'queued' : `refused: ${result}`
}
