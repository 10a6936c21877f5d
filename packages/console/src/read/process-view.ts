import type { Supervisor } from '@runwell/core'
import type { Links, ProcessView, Snapshot, Viewer } from '../api/types.ts'
import type { EventRing } from '../feed/event-ring.ts'
import type { Redact } from '../feed/redact.ts'
import { taskRow } from './task-row.ts'

/** What the answers say besides what the supervisor knows. */
export interface Presentation {
  readonly title: string
  readonly links: Links
}

/** The process and all its tasks, as they stand now. */
export function snapshot(
  supervisor: Supervisor,
  ring: EventRing,
  redact: Redact,
  presentation: Presentation,
  viewer: Viewer,
): Snapshot {
  const tasks = [...supervisor.tasks()].map((task) => taskRow(task, redact))
  return { cursor: ring.cursor, process: processView(supervisor, presentation, viewer), tasks }
}

function processView(supervisor: Supervisor, presentation: Presentation, viewer: Viewer): ProcessView {
  const { name, instanceId, at, startedAt, phase, health, live, ready, observers, shutdown } =
    supervisor.report()
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
    shutdown,
    node: process.version,
    pid: process.pid,
    viewer,
  }
}
