import { signal } from '@preact/signals'
import type { Action, TaskRow } from '../../api/types.ts'
import { Refused, write } from '../state/api.ts'
import { processView } from '../state/store.ts'

/** The control that is being prepared, in a dialog. */
const asked = signal<{ readonly action: Action; readonly tasks: readonly TaskRow[] } | undefined>(undefined)
const answers = signal<readonly string[]>([])
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

/** The buttons for what the viewer may do with these tasks. */
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
  const rest: readonly Action[] = task.kind === 'loop' ? ['restart'] : ['trigger', 'restart', 'reschedule']
  const ends: readonly Action[] = task.active > 0 ? ['abort', 'unregister'] : ['unregister']
  return [task.paused ? 'resume' : 'pause', ...rest, ...ends]
}

function ask(action: Action, tasks: readonly TaskRow[]): void {
  answers.value = []
  asked.value = { action, tasks }
}

/** One dialog for all controls. It shows what will be done, asks for the reason, and then shows each answer as it is. */
export function ControlDialog() {
  const current = asked.value
  if (current === undefined) return null
  const { action, tasks } = current
  const close = (): void => {
    asked.value = undefined
  }
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
          // What was answered to the fields as they were before holds no longer.
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
        {action !== 'pause' && <Fields action={action} />}
        <label>
          Reason{' '}
          <input name="reason" maxLength={500} autocomplete="off" placeholder="Others see it in the audit" />
        </label>
        {action === 'pause' && <Fields action={action} />}
        {answers.value.length > 0 && (
          <ul class="answers" aria-live="polite">
            {answers.value.map((answer) => (
              <li key={answer}>{answer}</li>
            ))}
          </ul>
        )}
        <footer>
          <button type="button" onClick={close}>
            Close
          </button>
          <button type="submit" class="primary" disabled={isBusy.value || answers.value.length > 0}>
            {titles[action]}
          </button>
        </footer>
      </form>
    </dialog>
  )
}

function Fields({ action }: { readonly action: Action }) {
  if (action === 'trigger') {
    return (
      <label>
        Input as JSON <textarea name="input" rows={3} spellcheck={false} placeholder="empty for none" />
      </label>
    )
  }
  if (action === 'pause') {
    return (
      <label>
        For <input name="for" placeholder="1h, or empty until it is resumed" autocomplete="off" />
      </label>
    )
  }
  if (action === 'abort')
    return <p class="quiet">Asks every live run to end. A run that does not end in time is abandoned.</p>
  if (action === 'unregister')
    return (
      <p class="quiet">
        Aborts its runs and removes the task. Only a new start of the process brings it back.
      </p>
    )
  if (action === 'reschedule') {
    return (
      <>
        <label>
          Every <input name="every" placeholder="30s" autocomplete="off" />
        </label>
        <label>
          or cron <input name="cron" placeholder="0 3 * * *" autocomplete="off" />
        </label>
        <label>
          Time zone <input name="timeZone" placeholder="Europe/Berlin" autocomplete="off" />
        </label>
        <p class="quiet">
          It holds until the process ends. The next start uses the schedule of the code again.
        </p>
      </>
    )
  }
  return null
}

async function perform(action: Action, tasks: readonly TaskRow[], form: FormData): Promise<void> {
  const fields = Object.fromEntries([...form].filter(([, value]) => value !== ''))
  let body: Record<string, unknown> = fields
  try {
    if (typeof fields['input'] === 'string')
      body = { ...fields, input: JSON.parse(fields['input']) as unknown }
  } catch {
    answers.value = ['The input is not JSON.']
    return
  }
  isBusy.value = true
  const said: string[] = []
  for (const { name } of tasks) {
    said.push(`${name}: ${await answerTo(action, name, body)}`)
    answers.value = [...said]
  }
  isBusy.value = false
}

async function answerTo(action: Action, task: string, body: unknown): Promise<string> {
  try {
    const { result } = await write<{ result: string }>(`tasks/${encodeURIComponent(task)}/${action}`, body)
    return result
  } catch (error) {
    if (error instanceof Refused && error.status === 429) {
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      return answerTo(action, task, body)
    }
    return error instanceof Error ? error.message : String(error)
  }
}
