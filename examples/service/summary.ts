import type { ShutdownReport, SupervisorReport } from '@runwell/core'
import { isOfRun, isOnItsRun } from './display/issues.ts'
import { brief, type Paint } from './display/paint.ts'
import { panelLines } from './display/panel.ts'
import { tableLines } from './display/table.ts'
import type { Telemetry } from './telemetry.ts'

export interface Ending {
  readonly shutdown: ShutdownReport
  readonly report: SupervisorReport
  readonly telemetry: Telemetry
}

export function summaryLines({ shutdown, report, telemetry }: Ending, width: number, paint: Paint): string[] {
  return [
    '',
    ...tableLines(report.tasks, report.at, width, paint),
    '',
    ...panelLines(telemetry, width, paint),
    ...traceCheck(telemetry, paint),
    '',
    `${paint('bold', 'Runs')}  ${runsText(report)}`,
    `${paint('bold', 'Restarts')}  ${restartsText(report)}`,
    '',
    ...shutdownLines(shutdown, paint),
    '',
    ...exitLines(shutdown, paint),
  ]
}

/** Returns nothing if the demo does not receive the telemetry itself. */
function traceCheck({ otlp, sentry }: Telemetry, paint: Paint): string[] {
  const spans = otlp.receiver?.spans
  if (!spans || !sentry.receiver) return []
  const issues = sentry.receiver.store.issues.filter(isOfRun)
  const matching = issues.filter((issue) => isOnItsRun(issue, spans)).length
  const text = `${matching} of ${issues.length} Sentry issues about a run have the trace id of its span`
  return [
    matching > 0 && matching === issues.length ? paint('green', `${text} ✓`) : paint('red', `${text} ✗`),
  ]
}

function runsText({ totals }: SupervisorReport): string {
  const { started, succeeded, failed, timedOut, cancelled, abandoned, skipped, missed } = totals
  const ends = `${succeeded} succeeded, ${failed} failed, ${timedOut} timed out, ${cancelled} cancelled`
  return `${started} started: ${ends}, ${abandoned} abandoned; slots: ${skipped} skipped, ${missed} missed`
}

function restartsText({ totals, tasks }: SupervisorReport): string {
  const restarted = tasks.filter(({ runs }) => runs.restarts > 0)
  const each = restarted.map(({ name, runs }) => `${name} ${runs.restarts}`).join(', ')
  return each === '' ? String(totals.restarts) : `${totals.restarts} (${each})`
}

function shutdownLines(shutdown: ShutdownReport, paint: Paint): string[] {
  const { reason, tookMs, deadlineMs, classes, abandoned } = shutdown
  return [
    `${paint('bold', 'Shutdown')}  ${reason}: took ${brief(tookMs)} of at most ${brief(deadlineMs)}`,
    ...classes.map((each) => {
      const tasks = each.tasks.length === 0 ? 'no active runs' : each.tasks.join(', ')
      return `  ${each.priority.padEnd(8)} ${brief(each.tookMs).padStart(6)}  ${tasks}`
    }),
    ...abandoned.map(({ task, runId, ageMs, lastBeat }) => {
      const beat = lastBeat
        ? `, last beat ${brief(lastBeat.agoMs)} ago${lastBeat.note ? ` (${lastBeat.note})` : ''}`
        : ''
      return paint('red', `  abandoned ${task} run ${runId}, ${brief(ageMs)} old${beat}`)
    }),
  ]
}

function exitLines({ exitCode, abandoned, escalated }: ShutdownReport, paint: Paint): string[] {
  if (exitCode === 0) return [paint('green', 'Exit code 0: everything stopped in order')]
  const why = [
    ...new Set(abandoned.map(({ task }) => `${task} was abandoned`)),
    ...escalated.map((task) => `${task} had escalated`),
  ]
  const isIntended = abandoned.every(({ task }) => task === 'reports.archive') && escalated.length === 0
  return [
    paint('red', `Exit code ${exitCode}: ${why.join(', ')}`),
    ...(isIntended ? ['The demo lets it hang on purpose, to show how an abandoned run is reported.'] : []),
  ]
}
