import { Fragment } from 'preact'
import type { FleetRow, TaskDetail } from '../../api/types.ts'
import { hasShared } from '../state/shown.ts'
import { OutcomeBadge } from './status.tsx'
import { When } from './when.tsx'

const maxShown = 5

type FleetView = NonNullable<TaskDetail['explanation']['fleet']>

/** Stands after the name of what counts only the runs of this process. Empty if the task belongs to no fleet. */
export function hereText({ explanation }: TaskDetail): string {
  return explanation.fleet === undefined ? '' : ' in this process'
}

/** Says what a view with shared tasks knows only of this process. */
export function FleetNote({ text }: { readonly text: string }) {
  if (!hasShared.value) return null
  return <p class="quiet">{text}</p>
}

export function FleetCell({ of: fleet }: { readonly of: FleetRow | undefined }) {
  if (fleet === undefined) return <span class="quiet">here only</span>
  const [runsIn] = fleet.runsIn
  const last =
    runsIn !== undefined
      ? `running ${runsIn === 'here' ? 'here' : `in ${runsIn}`}`
      : fleet.lastIn === undefined
        ? 'nowhere yet'
        : fleet.isHere
          ? 'here'
          : fleet.lastIn
  const note = !fleet.isUp
    ? 'fleet not usable'
    : fleet.isOverruled
      ? 'does not run here'
      : fleet.differs
        ? 'definitions differ'
        : undefined
  return (
    <span class="name">
      <span title={fleet.lastIn}>{last}</span>
      {note === undefined ? (
        <small>{fleet.processes === 1 ? '1 process' : `${fleet.processes} processes`}</small>
      ) : (
        <small class="bad">
          <span aria-hidden="true">⚠</span> {note}
        </small>
      )}
    </span>
  )
}

export function FleetPart({ of: fleet, isLive }: { readonly of: FleetView; readonly isLive: boolean }) {
  const { name, isUp, down, instanceId, lastRun, lastSuccessAt, members, running } = fleet
  const elsewhere = running.filter((run) => run.instanceId !== instanceId)
  return (
    <section aria-labelledby="fleet">
      <h2 id="fleet">Processes</h2>
      <p>
        {isUp ? (
          `Which process runs it is decided by ${name}.`
        ) : (
          <span class="bad">
            <span aria-hidden="true">⚠</span> {name} can't be used
            {down !== undefined && (
              <>
                {' '}
                since <When at={down.at} />: {down.error}
              </>
            )}
          </span>
        )}
      </p>
      <p>
        {lastRun === undefined ? (
          'No run has ended yet, in any process.'
        ) : (
          <>
            Last run in{' '}
            <strong>{lastRun.instanceId === instanceId ? 'this process' : lastRun.instanceId}</strong>:{' '}
            <OutcomeBadge outcome={lastRun.outcome} />, <When at={lastRun.endedAt} />
            {lastRun.attempt > 1 && `, as attempt ${lastRun.attempt}: another process had lost it`}.
          </>
        )}
        {lastSuccessAt !== undefined && lastRun?.outcome !== 'succeeded' && (
          <>
            {' '}
            Last success anywhere <When at={lastSuccessAt} />.
          </>
        )}
        {isLive && ' It is running in this process now.'}
        {elsewhere.slice(0, maxShown).map((run) => (
          <Fragment key={run.runId}>
            {' '}
            It is running in <strong>{run.instanceId}</strong>, started <When at={run.startedAt} />
            {run.attempt > 1 && `, as attempt ${run.attempt}`}.
          </Fragment>
        ))}
      </p>
      {members.length > 0 && <Members of={fleet} />}
    </section>
  )
}

/** Uses a list, because a table would be too wide for a phone. */
function Members({ of: { members, instanceId, lastRun } }: { readonly of: FleetView }) {
  const sorted = [...members].sort((one, other) => other.startedAt - one.startedAt)
  return (
    <ul class="members">
      {sorted.map((member) => (
        <li key={member.instanceId}>
          <strong>{member.instanceId}</strong>
          {member.instanceId === instanceId && ' (this one)'}
          {member.instanceId === lastRun?.instanceId && ', ran it last'}
          <small>
            {member.version !== undefined && `version ${member.version} · `}
            {member.schedule} · started <When at={member.startedAt} />
          </small>
          {member.isOverruled && (
            <small class="bad">
              <span aria-hidden="true">⚠</span> older definition, not run there
            </small>
          )}
        </li>
      ))}
    </ul>
  )
}
