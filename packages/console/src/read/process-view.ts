import type { Supervisor } from '@runwell/core'
import type { Finding, Links, ProcessView, Snapshot, Viewer } from '../api/types.ts'
import type { EventRing } from '../feed/event-ring.ts'
import type { Redact } from '../feed/redact.ts'
import { notices } from './notices.ts'
import { taskRow } from './task-row.ts'

export interface Presentation {
  readonly title: string
  readonly links: Links
}

export type CommonProcessView = Omit<ProcessView, 'viewer'>

export function snapshot(
  supervisor: Supervisor,
  ring: EventRing,
  redact: Redact,
  process: CommonProcessView,
  viewer: Viewer,
): Snapshot {
  const tasks = [...supervisor.tasks()].map((task) => taskRow(task, ring, redact))
  return { cursor: ring.cursor, process: { ...process, viewer }, tasks }
}

export function processView(
  supervisor: Supervisor,
  ring: EventRing,
  warnings: readonly Finding[],
  presentation: Presentation,
  redact: Redact,
): CommonProcessView {
  const report = supervisor.report()
  const { name, instanceId, at, startedAt, phase, health, live, ready, observers, shutdown } = report
  const found = notices(supervisor, report, ring, warnings)
  return {
    supervisor: name,
    instanceId,
    ...presentation,
    at,
    startedAt,
    phase,
    health,
    live,
    ready,
    observers,
    notices: found.map((notice) => ({ ...notice, text: redact(notice.text, 'error') })),
    shutdown,
    node: process.version,
    pid: process.pid,
  }
}
