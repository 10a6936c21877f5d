import { cron, every, InvalidOptionError, type Schedule, type Supervisor, type Task } from '@runwell/core'
import { Refusal } from '../access/refusal.ts'
import { type Action, type AuditEntry, actions, type Viewer } from '../api/types.ts'

type Body = Readonly<Record<string, unknown>>

/** How long an answer waits for a run that was triggered. The run goes on after that. */
const triggerWaitMs = 2_000
const keptEntries = 500

/** What came of a control, in words and as data. */
export interface Performed {
  readonly done: boolean
  readonly result: string
  readonly details?: unknown
}

/** Does what a person asks for, and keeps who asked, why, and what came of it. */
export class Control {
  readonly #supervisor: Supervisor
  readonly #entries: AuditEntry[] = []

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor
  }

  /** Newest first. */
  get audit(): readonly AuditEntry[] {
    return [...this.#entries].reverse()
  }

  /** @throws Refusal if the viewer may not do this, the task is unknown or the body is wrong. */
  async perform(name: string, action: Action, body: Body, viewer: Viewer): Promise<Performed> {
    if (!viewer.can.includes(action)) {
      throw new Refusal(
        403,
        `${viewer.user} may not ${action} tasks.`,
        'The `can` that `authorize` returns allows it.',
      )
    }
    const task = this.#supervisor.task(name)
    if (task === undefined) throw new Refusal(404, `There is no task named ${JSON.stringify(name)}.`)
    const reason = textOf(body, 'reason', 500)
    let performed: Performed
    try {
      performed = await perform[action](
        task,
        body,
        reason === undefined ? `by ${viewer.user}` : `${reason} (${viewer.user})`,
      )
    } catch (error) {
      if (!(error instanceof InvalidOptionError)) throw error
      throw new Refusal(400, error.message)
    }
    this.#entries.push({
      at: this.#supervisor.now(),
      by: viewer.user,
      action,
      task: name,
      reason,
      result: performed.result,
    })
    if (this.#entries.length > keptEntries) this.#entries.shift()
    return performed
  }
}

export function isAction(text: string | undefined): text is Action {
  return (actions as readonly (string | undefined)[]).includes(text)
}

const perform: Readonly<
  Record<Action, (task: Task, body: Body, reason: string) => Performed | Promise<Performed>>
> = {
  async trigger(task, body) {
    const waiting = task.trigger(body['input'])
    const answer = await Promise.race([waiting, after(triggerWaitMs)])
    if (answer === undefined) return { done: true, result: 'started' }
    if (!answer.started) return { done: false, result: `refused: ${answer.reason}` }
    const { runId, outcome, durationMs } = answer
    return { done: true, result: outcome, details: { runId, outcome, durationMs } }
  },
  pause(task, _, reason) {
    task.pause(reason)
    return { done: task.paused, result: task.paused ? 'paused' : 'not paused' }
  },
  resume(task) {
    task.resume()
    return { done: !task.paused, result: task.paused ? 'still paused' : 'resumed' }
  },
  async restart(task) {
    const answer = await Promise.race([task.restart(), after(triggerWaitMs)])
    if (answer === undefined) return { done: true, result: 'restarting' }
    return answer.restarted
      ? { done: true, result: 'restarted' }
      : { done: false, result: `refused: ${answer.reason}` }
  },
  reschedule(task, body) {
    const schedule = scheduleOf(body)
    task.reschedule(schedule)
    return { done: true, result: `now ${schedule.info.text}` }
  },
}

/** Only schedules that are data: a loop or a single run is code. */
function scheduleOf(body: Body): Schedule {
  const period = textOf(body, 'every', 100)
  const expression = textOf(body, 'cron', 200)
  const timeZone = textOf(body, 'timeZone', 100)
  if (period !== undefined && expression === undefined) return every(period as Parameters<typeof every>[0])
  if (expression !== undefined && period === undefined) {
    return cron(expression, timeZone === undefined ? {} : { timeZone })
  }
  throw new Refusal(
    400,
    'A schedule is missing.',
    'Send { "every": "30s" } or { "cron": "0 3 * * *", "timeZone": "Europe/Berlin" }.',
  )
}

function textOf(body: Body, key: string, longest: number): string | undefined {
  const value = body[key]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string' && value.length <= longest) return value
  throw new Refusal(400, `\`${key}\` must be a text of at most ${longest} characters.`)
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref())
}
