import { effect } from '@preact/signals'
import { render } from 'preact'
import { count, zone } from './format.ts'
import { ControlDialog, Done } from './parts/controls.tsx'
import { SignIn } from './parts/sign-in.tsx'
import { Health } from './parts/status.tsx'
import { When } from './parts/when.tsx'
import { WithCode } from './parts/with-code.tsx'
import { connect, connection } from './state/connection.ts'
import { hrefOf, route, type View, views } from './state/route.ts'
import { processView, tasks, version } from './state/store.ts'
import { AuditView } from './views/audit.tsx'
import { EventsView } from './views/events.tsx'
import { LoopView } from './views/loop.tsx'
import { NextView } from './views/next.tsx'
import { StopView } from './views/stop.tsx'
import { TaskView } from './views/task.tsx'
import { TasksView } from './views/tasks.tsx'
import { TimelineView } from './views/timeline.tsx'
import 'uplot/dist/uPlot.min.css'
import './style.css'

const components: Readonly<Record<View, () => preact.ComponentChild>> = {
  tasks: TasksView,
  task: TaskView,
  timeline: TimelineView,
  next: NextView,
  events: EventsView,
  loop: LoopView,
  stop: StopView,
  audit: AuditView,
}

const glossary = 'https://github.com/runwell/runwell/blob/main/docs/glossary.md'

const titles: Readonly<Record<(typeof views)[number], string>> = {
  tasks: 'Tasks',
  timeline: 'Timeline',
  next: 'Next',
  events: 'Events',
  loop: 'Event loop',
  stop: 'Stop',
  audit: 'Audit',
}

function Page() {
  const View = components[route.value.view]
  return (
    <>
      <button class="skip" type="button" onClick={skipToContent}>
        Skip to the content
      </button>
      <Header />
      <main id="content" tabIndex={-1}>
        <ConnectionNote />
        {processView.value !== undefined && <View />}
        {processView.value === undefined && connection.value.state === 'loading' && (
          <p class="loading">Loading …</p>
        )}
      </main>
      <footer class="foot">
        Times are in {zone}. Words such as parked, slot and budget are in the{' '}
        <a class="in-text" href={glossary} target="_blank" rel="noreferrer noopener">
          glossary ↗
        </a>
        .
      </footer>
      <ControlDialog />
      <Done />
    </>
  )
}

/** A link to `#content` would not work, because the fragment of the address selects the view. */
function skipToContent(): void {
  document.getElementById('content')?.focus()
}

function Header() {
  const shown = processView.value
  return (
    <header class="top">
      <a class="brand" href={hrefOf('tasks')}>
        {shown?.title ?? 'Runwell'}
      </a>
      {shown !== undefined && <ProcessState />}
      {shown !== undefined && (
        <nav aria-label="Views">
          {views.map((name) => (
            <a key={name} href={hrefOf(name)} aria-current={isCurrent(name) ? 'page' : undefined}>
              {titles[name]}
            </a>
          ))}
        </nav>
      )}
    </header>
  )
}

function isCurrent(name: View): boolean {
  const { view } = route.value
  return view === name || (name === 'tasks' && view === 'task')
}

function ProcessState() {
  void version.value
  const shown = processView.value
  if (shown === undefined) return null
  const { live, ready, startedAt, phase, notices } = shown
  const byHealth = new Map<string, number>()
  for (const { health } of tasks.values()) byHealth.set(health, (byHealth.get(health) ?? 0) + 1)
  const statuses = (['unhealthy', 'degraded', 'unknown', 'healthy'] as const).filter((status) =>
    byHealth.has(status),
  )
  return (
    <p class="process">
      {statuses.map((status) => (
        <a key={status} href={hrefOf('tasks', '', new URLSearchParams({ health: status }))}>
          {count(byHealth.get(status) ?? 0)} <Health status={status} />
        </a>
      ))}
      {notices.length > 0 && (
        <a class="bad" href={hrefOf('tasks')}>
          <span aria-hidden="true">⚠</span> {notices.length === 1 ? '1 notice' : `${notices.length} notices`}
        </a>
      )}
      <span class={live.ok ? '' : 'bad'} title={live.reasons.join('; ')}>
        {live.ok ? 'live' : 'not live'}
      </span>
      <span class={ready.ok ? '' : 'bad'} title={ready.reasons.join('; ')}>
        {ready.ok ? 'ready' : 'not ready'}
      </span>
      <span class={phase === 'started' ? '' : 'bad'}>
        {phase === 'started' ? (
          <>
            started <When at={startedAt} />
          </>
        ) : (
          phase
        )}
      </span>
    </p>
  )
}

function ConnectionNote() {
  const current = connection.value
  if (current.state === 'lost') {
    return (
      <p class="connection" role="alert">
        The connection is lost. The page shows the state of <When at={current.sinceAt} />. Trying again …
      </p>
    )
  }
  if (current.state === 'refused') {
    if (current.asksForToken) return <SignIn why={current.why} />
    return (
      <p class="connection" role="alert">
        <WithCode text={current.why} />
      </p>
    )
  }
  return null
}

effect(() => {
  const { view, task } = route.value
  const where = view === 'task' ? task : titles[view]
  document.title = `${where} · ${processView.value?.title ?? 'Runwell'}`
})

const root = document.getElementById('page')
if (root !== null) render(<Page />, root)
void connect()
