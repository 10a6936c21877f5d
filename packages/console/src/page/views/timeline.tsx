import type { Band, Lane, LaneMark, Timeline } from '../../api/timeline.ts'
import { span, time } from '../format.ts'
import { FleetNote } from '../parts/fleet.tsx'
import { useAnswer } from '../parts/loaded.tsx'
import { TaskLink } from '../parts/task-link.tsx'
import { now } from '../state/now.ts'
import { route, setQuery } from '../state/route.ts'
import { processView } from '../state/store.ts'

const width = 1_000
const laneHeight = 18
const ranges = ['10m', '1h', '6h', '24h', '7d']
const maxLanes = 200
/** Shorter blocks are not counted as long, because users do not notice them. */
const longMs = 200

export function TimelineView() {
  const last = route.value.query.get('last') ?? defaultRange()
  const { answer, instead } = useAnswer<Timeline>('timeline', { last })
  return (
    <>
      <h1>Timeline</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <select
          aria-label="Time range"
          value={last}
          onChange={(event) => setQuery('last', event.currentTarget.value)}
        >
          {ranges.map((range) => (
            <option key={range} value={range}>
              last {range}
            </option>
          ))}
        </select>
        <Legend />
      </form>
      <FleetNote text="Of shared tasks, only the runs of this process are shown." />
      {answer === undefined ? instead : <Lanes timeline={answer} />}
    </>
  )
}

/** A process that has just started has few runs. */
function defaultRange(): string {
  const startedAt = processView.value?.startedAt ?? 0
  return now.value - startedAt < 30 * 60_000 ? '10m' : '1h'
}

function Legend() {
  return (
    <span class="legend quiet">
      <span class="key succeeded">succeeded</span> <span class="key failed">not succeeded</span>{' '}
      <span class="key live">running</span> <span class="key skipped">skipped</span>{' '}
      <span class="key missed">missed</span> <span class="key held">paused or on standby</span>{' '}
      <span class="key blocked">event loop blocked, asleep or clock set</span>
    </span>
  )
}

function Lanes({ timeline: { from, to, lanes, bands } }: { readonly timeline: Timeline }) {
  const used = lanes.filter(({ runs, marks }) => runs.length > 0 || marks.length > 0)
  if (used.length === 0)
    return <p class="empty">There are no runs in this time range, or they are no longer kept.</p>
  const x = (at: number): number => (width * (Math.max(from, Math.min(to, at)) - from)) / (to - from)
  const path = bandsPath(bands, x)
  return (
    <div class="lanes">
      <Axis from={from} to={to} />
      {used.slice(0, maxLanes).map((lane) => (
        <div class="lane" key={lane.task}>
          <TaskLink task={lane.task} />
          <LanePicture lane={lane} bands={path} x={x} />
          <small>{keptText(lane, from, processView.value?.startedAt)}</small>
        </div>
      ))}
      {used.length > maxLanes && <p class="quiet">and {used.length - maxLanes} more tasks</p>}
      <Bands bands={bands} />
    </div>
  )
}

function keptText({ runs, isWhole }: Lane, from: number, startedAt = 0): string {
  if (isWhole || runs.length === 0) return ''
  const first = Math.min(...runs.map((run) => run.startedAt))
  return first <= Math.max(from, startedAt) ? '' : `kept since ${time(first, now.value)}`
}

function Axis({ from, to }: { readonly from: number; readonly to: number }) {
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => from + part * (to - from))
  return (
    <div class="axis" aria-hidden="true">
      {ticks.map((at) => (
        <span key={at}>{time(at, now.value)}</span>
      ))}
    </div>
  )
}

interface PictureProps {
  readonly lane: Lane
  readonly bands: string
  readonly x: (at: number) => number
}

function LanePicture({ lane: { task, runs, marks }, bands, x }: PictureProps) {
  const failed = runs.filter(({ outcome }) => outcome !== undefined && outcome !== 'succeeded').length
  const text = `${task}: ${runs.length} runs, ${failed} not succeeded, ${marks.length} times without a run`
  return (
    <svg viewBox={`0 0 ${width} ${laneHeight}`} preserveAspectRatio="none" role="img" aria-label={text}>
      <path class="band" d={bands} />
      {runs.map((run) => (
        <rect
          key={run.runId}
          class={`run ${run.outcome ?? 'live'}`}
          x={x(run.startedAt)}
          y={4}
          width={Math.max(2, x(run.startedAt + run.durationMs) - x(run.startedAt))}
          height={laneHeight - 8}
        >
          <title>{`${run.outcome ?? 'running'}${run.instanceId === undefined ? '' : ` in process ${run.instanceId}`} at ${time(run.startedAt)}, ${span(run.durationMs)}${run.latenessMs !== undefined && run.latenessMs > 1_000 ? `, ${span(run.latenessMs)} late` : ''}`}</title>
        </rect>
      ))}
      {marks.map((mark) => (
        <path
          key={`${mark.what} ${mark.at}`}
          class={`mark ${isHeld(mark) ? 'held' : mark.what}`}
          d={isHeld(mark) ? `M${x(mark.at) - 2} 9 h4` : `M${x(mark.at) - 3} 6 l6 6 m0 -6 l-6 6`}
        >
          <title>{`${mark.count} ${mark.what}: ${mark.reason}, at ${time(mark.at)}`}</title>
        </path>
      ))}
    </svg>
  )
}

/** Draws all bands as one path, because hundreds of bands in hundreds of lanes would be too many elements. */
function bandsPath(bands: readonly Band[], x: PictureProps['x']): string {
  return bands
    .map(({ from, to }) => `M${x(from)} 0h${Math.max(1, x(to) - x(from))}v${laneHeight}H${x(from)}z`)
    .join('')
}

function isHeld({ reason }: LaneMark): boolean {
  return reason === 'paused' || reason === 'standby'
}

function bandsText(bands: readonly Band[]): string {
  const long = bands.filter(({ from, to }) => to - from >= longMs).length
  const times = bands.length === 1 ? '1 time' : `${bands.length} times`
  return `${times} (${long === bands.length ? (long === 1 ? 'for' : 'each for') : `${long} of them for`} ${span(longMs)} or longer)`
}

/** Lists the bands as text, because the picture does not say what they are. */
function Bands({ bands }: { readonly bands: readonly Band[] }) {
  if (bands.length === 0) return null
  return (
    <details>
      <summary>{bandsText(bands)} in which the process could not work</summary>
      <ul>
        {bands.map((band) => (
          <li key={`${band.what} ${band.from}`}>
            {time(band.from, now.value)}, {span(band.to - band.from)}: {band.text}
          </li>
        ))}
      </ul>
    </details>
  )
}
