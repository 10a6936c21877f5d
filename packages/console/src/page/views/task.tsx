import { nextAtOf } from '../../api/next-at.ts'
import type { StreamedEvent, TaskDetail } from '../../api/types.ts'
import { fullTime, inOtherZone, relative, span, time } from '../format.ts'
import { Controls } from '../parts/controls.tsx'
import { FindingList } from '../parts/finding-list.tsx'
import { FleetPart, hereText } from '../parts/fleet.tsx'
import { LastError } from '../parts/last-error.tsx'
import { OutLinks } from '../parts/links.tsx'
import { Refusal } from '../parts/refusal.tsx'
import { Health } from '../parts/status.tsx'
import { TaskLink } from '../parts/task-link.tsx'
import { toneOf } from '../parts/tone.ts'
import { When } from '../parts/when.tsx'
import { loadDetail } from '../state/connection.ts'
import { valuesOfRun } from '../state/link-values.ts'
import { now } from '../state/now.ts'
import { Refused } from '../state/refused.ts'
import { route } from '../state/route.ts'
import { detail } from '../state/store.ts'
import { History, Numbers } from './task-history.tsx'

export function TaskView() {
  const loaded = detail.value
  const name = route.value.task
  if (loaded === undefined) return <p class="loading">Loading {name} …</p>
  if (loaded instanceof Refused) return <Refusal of={loaded} onAgain={() => void loadDetail(name)} />
  if (loaded === null) {
    return (
      <section class="empty">
        <h1>There is no task named {name}</h1>
        <p>It may have been removed, or it has another name in this version.</p>
      </section>
    )
  }
  return (
    <article class="why">
      <Verdict of={loaded} />
      <Reasons of={loaded} />
      <LastError of={loaded} />
      <div class="columns">
        <Before of={loaded} />
        <div>
          <Live of={loaded} />
          <Schedule of={loaded} />
          {loaded.explanation.fleet && (
            <FleetPart of={loaded.explanation.fleet} isLive={loaded.active.length > 0} />
          )}
          <Numbers of={loaded} />
        </div>
      </div>
      <History of={loaded} />
      <Explained of={loaded} />
    </article>
  )
}

function Verdict({ of: { task, runbook } }: { readonly of: TaskDetail }) {
  return (
    <header class={`verdict ${task.health}`}>
      <h1>
        <Health status={task.health} label={false} /> {task.name}
      </h1>
      <p class="sentence">{verdictText(task)}</p>
      <p class="quiet">
        {task.schedule} · owner {task.owner} · {task.category} · priority {task.priority}
      </p>
      <p class="acts">
        <Controls tasks={[task]} />
        {runbook !== undefined && /^https?:\/\//.test(runbook) ? (
          <a class="out" href={runbook} target="_blank" rel="noreferrer noopener">
            Runbook ↗
          </a>
        ) : (
          runbook !== undefined && <span>Runbook: {runbook}</span>
        )}
        <OutLinks values={{ task: task.name }} only={['issues', 'dashboard']} />
      </p>
    </header>
  )
}

function verdictText(task: TaskDetail['task']): string {
  const since = `for ${span(Math.max(0, now.value - task.healthSince))}`
  const status = `It has been ${task.health} ${since}${task.flapping ? ', and changes often (flapping)' : ''}.`
  return `${status} ${doingText(task)}`
}

function doingText(task: TaskDetail['task']): string {
  if (task.paused) {
    const since = task.pausedAt === undefined ? '' : ` for ${span(Math.max(0, now.value - task.pausedAt))}`
    const why = task.pauseReason === undefined ? '' : `: ${task.pauseReason}`
    const end = task.pausedUntil === undefined ? 'until it is resumed' : `until ${fullTime(task.pausedUntil)}`
    const by = task.pausedBy === undefined ? '' : ` by ${task.pausedBy}`
    return `It has been paused${since}${by}${why}. No run starts ${end}.`
  }
  const doing: Partial<Record<typeof task.state, string>> = {
    standby: 'It is on standby: its enabled() does not return true, so it does not run in this process.',
    parked:
      'It used up its restart budget and is parked: it is retried as soon as the budget allows, then at growing intervals.',
    stuck: 'A run ignores its abort signal and blocks the next one.',
    failed: 'It used up its restart budget and was given up.',
    finished: 'It has done everything that it was registered for.',
    stopped: 'It is stopped.',
    registered: 'It is registered, and the supervisor has not started.',
    'backing-off': 'It ended, and waits for its restart.',
    running: 'It is running.',
  }
  return doing[task.state] ?? ''
}

function Reasons({ of: { reasons, findings } }: { readonly of: TaskDetail }) {
  if (reasons.length + findings.length === 0) return null
  return (
    <section aria-labelledby="why">
      <h2 id="why">Why</h2>
      <ul class="reasons">
        {reasons.map((rule) => (
          <li key={rule.rule} class={rule.status}>
            <strong>{rule.reason}</strong>
            <small>
              rule {rule.rule}, <When at={rule.since} />
              {rule.rule_text !== undefined && ` · ${rule.rule_text}`}
              {rule.clears !== undefined && ` · clears when ${rule.clears}`}
            </small>
          </li>
        ))}
      </ul>
      <FindingList of={findings} />
    </section>
  )
}

function Before({ of }: { readonly of: TaskDetail }) {
  const { changes, lastGoodRun } = of
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">What changed{hereText(of)}</h2>
      <p>
        {lastGoodRun === undefined ? (
          noGoodRun(of)
        ) : (
          <>
            Last good run{hereText(of)}: <When at={lastGoodRun.startedAt + lastGoodRun.durationMs} />, in{' '}
            {span(lastGoodRun.durationMs)}.
          </>
        )}
      </p>
      <ol class="changes">
        {changes.slice(0, 12).map((event) => (
          <ChangeLine key={event.id} event={event} />
        ))}
      </ol>
    </section>
  )
}

function noGoodRun(of: TaskDetail): string {
  const { lastSuccessAt, kind, health } = of.task
  const here = hereText(of)
  if (of.history.length === 0) return `No run has ended${here} yet.`
  if (lastSuccessAt !== undefined)
    return `The last success${here}, ${relative(lastSuccessAt, now.value)}, is no longer in the history.`
  if (kind !== 'loop') return `No run has succeeded${here} yet.`
  return `No run has ended with success.${health === 'healthy' ? ' That is usual for a loop.' : ''}`
}

function ChangeLine({ event }: { readonly event: StreamedEvent }) {
  return (
    <li class={toneOf(event)}>
      <time title={fullTime(event.at)}>{time(event.at, now.value)}</time> {event.text}
    </li>
  )
}

function Live({ of: { active, at, task } }: { readonly of: TaskDetail }) {
  if (active.length === 0) return null
  const drift = Math.max(0, now.value - at)
  return (
    <section aria-labelledby="live">
      <h2 id="live">{active.length === 1 ? 'Running now' : `${active.length} runs now`}</h2>
      <ul>
        {active.map((run) => (
          <li key={run.runId}>
            {run.abandoned ? 'abandoned, ' : ''}for {span(run.ageMs + drift)}
            {run.lastBeatAt !== undefined && (
              <>
                , last beat <When at={run.lastBeatAt} />
                {run.lastBeatNote !== undefined && `: ${run.lastBeatNote}`}
              </>
            )}{' '}
            <OutLinks
              values={valuesOfRun(task.name, { ...run, endedAt: now.value })}
              only={['trace', 'logs']}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Schedule({ of: { task, explanation, dependsOn } }: { readonly of: TaskDetail }) {
  const held = heldText(task)
  const delayMs = explanation.slotDelay.spreadMs + explanation.slotDelay.jitterMs
  return (
    <section aria-labelledby="schedule">
      <h2 id="schedule">Schedule</h2>
      <p>
        {explanation.schedule}
        {nextAtOf(task) !== undefined && task.nextRestartAt === undefined && (
          <>
            , {task.paused ? 'resumes' : 'next run'} <When at={nextAtOf(task)} />
          </>
        )}
      </p>
      {held !== undefined ? (
        <p>Nothing runs while {held}: slots that come due meanwhile are skipped.</p>
      ) : (
        <ol class="slots">
          {explanation.nextSlots.map((slot, index) => (
            <li key={slot}>
              <time title={fullTime(Date.parse(slot))}>{time(Date.parse(slot), now.value)}</time>{' '}
              <small>{inOtherZone(explanation.localSlots[index])}</small>
            </li>
          ))}
        </ol>
      )}
      {delayMs > 0 && <small>Runs start up to {span(delayMs)} after their slots (spread and jitter).</small>}
      {task.nextRestartAt !== undefined && <NextRestart of={task} at={task.nextRestartAt} />}
      {dependsOn.length > 0 && (
        <p>
          Depends on{' '}
          {dependsOn.map((name) => (
            <TaskLink key={name} task={name} />
          ))}
        </p>
      )}
    </section>
  )
}

function heldText({ paused, state }: TaskDetail['task']): string | undefined {
  if (paused) return 'it is paused'
  if (state === 'standby') return 'it is on standby'
  return state === 'stuck' ? 'a run that ignores its abort signal blocks the next one' : undefined
}

function NextRestart({
  of: { state, restartsLeft },
  at,
}: {
  readonly of: TaskDetail['task']
  readonly at: number
}) {
  if (state === 'parked') {
    return (
      <p>
        It is retried <When at={at} />, and stays parked until a trial stays up. After each trial that fails,
        the next one comes later.
      </p>
    )
  }
  return (
    <p>
      Next restart <When at={at} />
      {restartsLeft !== undefined && `, ${restartsLeft} left in the budget`}
    </p>
  )
}

function Explained({ of: { explanation } }: { readonly of: TaskDetail }) {
  return (
    <section aria-labelledby="explained">
      <h2 id="explained">Rules and options</h2>
      <details>
        <summary>All settings of this task, in words</summary>
        <pre>{explanation.text}</pre>
      </details>
    </section>
  )
}
