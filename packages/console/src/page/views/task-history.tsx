import type { RunRecord } from '@runwell/core'
import type { TaskDetail } from '../../api/types.ts'
import { count, fullTime, span, time } from '../format.ts'
import { DurationChart } from '../parts/duration-chart.tsx'
import { hereText } from '../parts/fleet.tsx'
import { OutLinks } from '../parts/links.tsx'
import { LongText } from '../parts/long-text.tsx'
import { OutcomeBadge } from '../parts/status.tsx'
import { valuesOfRun } from '../state/link-values.ts'
import { now } from '../state/now.ts'

export function Numbers({ of }: { readonly of: TaskDetail }) {
  const { task, durationMs, gaveUp } = of
  const { outcomes } = task
  const numbers: readonly (readonly [string, string])[] = [
    ['runs', count(task.started)],
    ['succeeded', count(outcomes.succeeded)],
    ['failed', count(outcomes.failed)],
    ['timed out', count(outcomes['timed-out'])],
    ['cancelled', count(outcomes.cancelled)],
    ['abandoned', count(outcomes.abandoned)],
    ['skipped slots and triggers', skippedText(of)],
    ['missed slots', count(task.missed)],
    ['restarts', count(task.restarts)],
    ...(gaveUp === 0 ? [] : ([['parked, given up and failed trials', count(gaveUp)]] as const)),
    ['failures in a row', count(task.consecutiveFailures)],
    ['median', durationMs.p50 === undefined ? '–' : span(durationMs.p50)],
    ['p95', durationMs.p95 === undefined ? '–' : span(durationMs.p95)],
    ['p99', durationMs.p99 === undefined ? '–' : span(durationMs.p99)],
  ]
  return (
    <section aria-labelledby="numbers">
      <h2 id="numbers">Since the start{hereText(of)}</h2>
      <dl>
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Returns for example `7 (overlap 5, paused 2)` or `5 (overlap)`. */
function skippedText({ task: { skipped }, skippedBy }: TaskDetail): string {
  const reasons = Object.entries(skippedBy).filter(([, number]) => number > 0)
  if (reasons.length === 0) return count(skipped)
  return `${count(skipped)} (${reasons.map(([reason, number]) => (reasons.length === 1 ? reason : `${reason} ${count(number)}`)).join(', ')})`
}

export function History({ of }: { readonly of: TaskDetail }) {
  const { history, durationMs, task } = of
  if (history.length === 0) return null
  return (
    <section aria-labelledby="history">
      <h2 id="history">Last runs{hereText(of)}</h2>
      {history.length > 1 && <DurationChart runs={history} durations={durationMs} />}
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">Outcome</th>
            <th scope="col">Took</th>
            <th scope="col">Late by</th>
            <th scope="col">Why it ran</th>
            <th scope="col">Error</th>
            <th scope="col">
              <span class="only-read">Links</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {history.map((run) => (
            <RunLine key={run.runId} run={run} task={task.name} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

const triggers: Readonly<Record<string, string>> = {
  restart: 'restart or trial',
  startup: 'start',
}

function whereText({ abortedFor, rule, instanceId }: RunRecord): string {
  if (rule !== undefined) return ` restart by rule ${rule}`
  if (instanceId === undefined) return abortedFor === undefined ? '' : ` ${abortedFor}`
  return abortedFor === 'lease-lost' ? ` lost with process ${instanceId}` : ` in process ${instanceId}`
}

function RunLine({ run, task }: { readonly run: RunRecord; readonly task: string }) {
  return (
    <tr>
      <td>
        <time title={fullTime(run.startedAt)}>{time(run.startedAt, now.value)}</time>
      </td>
      <td>
        <OutcomeBadge outcome={run.outcome} />
        {whereText(run) !== '' && <small>{whereText(run)}</small>}
      </td>
      <td>{span(run.durationMs)}</td>
      <td>{run.latenessMs === undefined ? '' : span(run.latenessMs)}</td>
      <td>
        {triggers[run.trigger] ?? run.trigger}
        {run.attempt > 1 ? `, attempt ${run.attempt}` : ''}
      </td>
      <td class="long">{run.error && <LongText text={`${run.error.name}: ${run.error.message}`} />}</td>
      <td>
        <OutLinks
          values={valuesOfRun(task, { ...run, endedAt: run.startedAt + run.durationMs })}
          only={['trace', 'logs']}
        />
      </td>
    </tr>
  )
}
