import type { Action, TaskRow } from '../../api/types.ts'

export function effectOf(action: Action, tasks: readonly TaskRow[]): string {
  const live = tasks.reduce((sum, { active }) => sum + active, 0)
  const hasLoop = tasks.some(({ kind }) => kind === 'loop')
  const hasOthers = tasks.some(({ kind }) => kind !== 'loop')
  const hasShared = tasks.some(({ fleet }) => fleet !== undefined)
  const hasLocal = tasks.some(({ fleet }) => fleet === undefined)
  switch (action) {
    case 'pause':
      return [
        'No run starts until it is resumed.',
        live > 0 && hasOthers && 'A live run may finish.',
        hasLoop && 'A loop is aborted, which uses no restart.',
        hasLocal && 'The pause is not stored: after a restart of the process the task runs again.',
        hasShared && 'In a fleet, the pause applies to all processes, and also after their restart.',
      ]
        .filter(Boolean)
        .join(' ')
    case 'resume':
      return hasLoop && !hasOthers
        ? 'Ends the pause: the loop starts at once.'
        : 'Ends the pause: the next run is the next due slot.'
    case 'trigger':
      return 'Runs it once, now. Its schedule does not change.'
    case 'restart':
      return `${live > 0 ? 'Aborts the live run and starts the next' : 'Starts a run now'}. It resets the backoff, and uses no restart of the budget.`
    case 'reschedule':
      return [
        hasLocal && 'Holds until the process ends. The next start uses the schedule of the code again.',
        hasShared && 'In a fleet, it applies to all processes until the code has another schedule.',
      ]
        .filter(Boolean)
        .join(' ')
    case 'abort':
      return 'Asks every live run to end. A run that does not end in time is abandoned.'
    case 'unregister':
      return 'Aborts its runs and removes the task. Only a new start of the process brings it back.'
  }
}

export function ControlFields({ action }: { readonly action: Action }) {
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
  if (action !== 'reschedule') return null
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
    </>
  )
}
