import { signal } from '@preact/signals'
import type { Action, TaskRow } from '../../api/types.ts'
import { time } from '../format.ts'
import { write } from '../state/api.ts'
import { rememberedName, rememberName } from '../state/name.ts'
import { Refused } from '../state/refused.ts'
import { processView } from '../state/store.ts'
import { ControlFields, effectOf } from './control-fields.tsx'
import { WithCode } from './with-code.tsx'

const asked = signal<{ readonly action: Action; readonly tasks: readonly TaskRow[] } | undefined>(undefined)
const answers = signal<readonly string[]>([])
const done = signal('')
const isBusy = signal(false)

const titles: Readonly<Record<Action, string>> = {
  trigger: 'Run now',
  pause: 'Pause',
  resume: 'Resume',
  restart: 'Restart',
  reschedule: 'Change schedule',
  abort: 'Abort',
  unregister: 'Unregister',
}

export function Controls({
  tasks,
  actions,
}: {
  readonly tasks: readonly TaskRow[]
  readonly actions?: readonly Action[]
}) {
  const can = processView.value?.viewer.can ?? []
  const shown = (actions ?? usefulFor(tasks)).filter((action) => can.includes(action))
  return (
    <span class="controls">
      {shown.map((action) => (
        <button key={action} type="button" onClick={() => ask(action, tasks)}>
          {titles[action]}
        </button>
      ))}
    </span>
  )
}

function usefulFor(tasks: readonly TaskRow[]): readonly Action[] {
  const [task] = tasks
  if (task === undefined) return []
  const starts: readonly Action[] = task.kind === 'loop' ? ['restart'] : ['trigger', 'restart']
  const rest: readonly Action[] = task.kind === 'loop' ? [] : ['reschedule']
  const ends: readonly Action[] = task.active > 0 ? ['abort', 'unregister'] : ['unregister']
  // A paused task refuses to run, so it has no buttons that start a run.
  return task.paused ? ['resume', ...rest, ...ends] : ['pause', ...starts, ...rest, ...ends]
}

function close(): void {
  asked.value = undefined
}

function ask(action: Action, tasks: readonly TaskRow[]): void {
  answers.value = []
  done.value = ''
  asked.value = { action, tasks }
}

export function ControlDialog() {
  const current = asked.value
  if (current === undefined) return null
  const { action, tasks } = current
  return (
    <dialog
      class="control"
      aria-labelledby="control-title"
      ref={(element) => {
        if (element !== null && !element.open) element.showModal()
      }}
      onClose={close}
    >
      <form
        onInput={() => {
          // A field has changed, so the earlier refusals no longer apply.
          answers.value = []
        }}
        onSubmit={(event) => {
          event.preventDefault()
          void perform(action, tasks, new FormData(event.currentTarget))
        }}
      >
        <h2 id="control-title">
          {titles[action]}: {tasks.length === 1 ? tasks[0]?.name : `${tasks.length} tasks`}
        </h2>
        {tasks.length > 1 && <p class="names">{tasks.map(({ name }) => name).join(', ')}</p>}
        <p class="quiet">{effectOf(action, tasks)}</p>
        {action !== 'pause' && <ControlFields action={action} />}
        <label>
          Reason{' '}
          <input name="reason" maxLength={500} autocomplete="off" placeholder="Others see it in the audit" />
        </label>
        {action === 'pause' && <ControlFields action={action} />}
        <NameField />
        {answers.value.length > 0 && (
          <ul class="answers" role="alert">
            {answers.value.map((answer) => (
              <li key={answer}>
                <WithCode text={answer} />
              </li>
            ))}
          </ul>
        )}
        <footer>
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={isBusy.value || answers.value.length > 0}>
            {titles[action]}
          </button>
        </footer>
      </form>
    </dialog>
  )
}

function NameField() {
  const viewer = processView.value?.viewer
  if (viewer === undefined) return null
  if (viewer.isKnown) return <p class="quiet">The audit shows that {viewer.user} did it.</p>
  return (
    <label>
      Your name{' '}
      <input
        name="by"
        maxLength={60}
        autocomplete="username"
        defaultValue={rememberedName()}
        placeholder={`The audit shows it as: name (${viewer.user})`}
      />
    </label>
  )
}

export function Done() {
  const text = done.value
  return (
    <p class="done" role="status" hidden={text === ''}>
      {text}
    </p>
  )
}

async function perform(action: Action, tasks: readonly TaskRow[], form: FormData): Promise<void> {
  const fields = Object.fromEntries([...form].filter(([, value]) => value !== ''))
  rememberName(fields['by'])
  let body: Record<string, unknown> = fields
  try {
    if (typeof fields['input'] === 'string')
      body = { ...fields, input: JSON.parse(fields['input']) as unknown }
  } catch {
    answers.value = ['The input is not JSON.']
    return
  }
  isBusy.value = true
  const refusals: string[] = []
  const results: string[] = []
  for (const { name } of tasks) {
    const answer = await answerTo(action, name, body)
    const said = tasks.length === 1 && !answer.done ? answer.result : `${name}: ${localTimes(answer.result)}`
    if (answer.done) results.push(said)
    else refusals.push(said)
    answers.value = [...refusals]
  }
  isBusy.value = false
  if (refusals.length === 0) close()
  say(results.length <= 1 ? (results[0] ?? '') : `${titles[action]}: ${results.length} tasks`)
}

function localTimes(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (instant) => time(Date.parse(instant)))
}

const shownMs = 8_000
let hiding: ReturnType<typeof setTimeout> | undefined

function say(text: string): void {
  done.value = text
  clearTimeout(hiding)
  hiding = setTimeout(() => {
    done.value = ''
  }, shownMs)
}

interface Answer {
  readonly done: boolean
  readonly result: string
}

async function answerTo(action: Action, task: string, body: unknown): Promise<Answer> {
  try {
    return await write<Answer>(`tasks/${encodeURIComponent(task)}/${action}`, body)
  } catch (error) {
    if (error instanceof Refused && error.status === 429) {
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      return answerTo(action, task, body)
    }
    return { done: false, result: error instanceof Error ? error.message : String(error) }
  }
}
