import {
  type ControlOptions,
  cron,
  duration,
  every,
  InvalidOptionError,
  type Schedule,
  type Supervisor,
  type Task,
} from '@runwell/core'
import { nearMiss } from '@runwell/core/adapter'
import { Refusal } from '../access/refusal.ts'
import { longestName, signatureOf } from '../access/signature.ts'
import { unknownTask } from '../access/unknown-task.ts'
import { type Action, actions, type Viewer } from '../api/types.ts'
import { bodies } from './open-api.ts'

type Body = Readonly<Record<string, unknown>>

/**
 * An answer waits at most this long until a run, a restart or a removal has ended. If this takes longer, the console
 * answers, and the work continues.
 */
const longestWaitMs = 2_000

export interface Performed {
  readonly done: boolean
  readonly result: string
  readonly details?: unknown
}

export class Control {
  readonly #supervisor: Supervisor

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor
  }

  async perform(name: string, action: Action, body: Body, viewer: Viewer): Promise<Performed> {
    if (!viewer.can.includes(action)) {
      throw new Refusal(
        403,
        `${viewer.user} may not ${action} tasks.`,
        `To allow it, include '${action}' in the \`can\` that \`authorize\` returns.`,
      )
    }
    const task = this.#supervisor.task(name)
    if (task === undefined) throw unknownTask(this.#supervisor, name)
    checkFields(body, Object.keys(bodies[action]))
    const by = signatureOf(viewer, noteOf(body, 'by', longestName))
    const reason = noteOf(body, 'reason', 500)
    try {
      return await perform[action](task, body, { by, reason }, this.#supervisor.now())
    } catch (error) {
      if (!(error instanceof InvalidOptionError)) throw error
      throw new Refusal(400, error.message)
    }
  }
}

export function isAction(text: string | undefined): text is Action {
  return (actions as readonly (string | undefined)[]).includes(text)
}

const perform: Readonly<
  Record<
    Action,
    (task: Task, body: Body, asked: ControlOptions, now: number) => Performed | Promise<Performed>
  >
> = {
  async trigger(task, body, asked) {
    const waiting = task.trigger(body['input'], asked)
    const answer = await Promise.race([waiting, after(longestWaitMs)])
    if (answer === undefined) return { done: true, result: 'started' }
    if (!answer.started) return { done: false, result: `refused: ${answer.reason}` }
    const { runId, outcome, durationMs } = answer
    return { done: true, result: outcome, details: { runId, outcome, durationMs } }
  },
  pause(task, body, asked, now) {
    const until = endOf(body, now)
    task.pause({ ...asked, until })
    if (!task.paused) return { done: false, result: 'not paused' }
    return { done: true, result: until === undefined ? 'paused' : `paused until ${until}` }
  },
  resume(task, _, asked) {
    const wasPaused = task.paused
    task.resume(asked)
    if (task.paused) return { done: false, result: 'still paused' }
    return { done: true, result: wasPaused ? 'resumed' : 'was not paused' }
  },
  async restart(task, _, asked) {
    const answer = await Promise.race([task.restart(asked), after(longestWaitMs)])
    if (answer === undefined) return { done: true, result: 'restarting' }
    return answer.restarted
      ? { done: true, result: 'restarted' }
      : { done: false, result: `refused: ${answer.reason}` }
  },
  reschedule(task, body, asked) {
    const schedule = scheduleOf(body)
    task.reschedule(schedule, asked)
    return { done: true, result: `now ${schedule.info.text}` }
  },
  abort(task, body, asked) {
    const count = task.abort({ ...asked, runId: textOf(body, 'runId', 200) })
    if (count === 0) return { done: false, result: 'no such run is active' }
    return { done: true, result: count === 1 ? 'asked 1 run to end' : `asked ${count} runs to end` }
  },
  async unregister(task, _, asked) {
    const gone = task.unregister(asked).then(() => true)
    const isGone = await Promise.race([gone, after(longestWaitMs)])
    return { done: true, result: isGone ? 'unregistered' : 'unregistered once its runs have ended' }
  },
}

function endOf(body: Body, now: number): string | undefined {
  const until = textOf(body, 'until', 100)
  const length = textOf(body, 'for', 100)
  if (until !== undefined && length !== undefined)
    throw new Refusal(400, 'A pause has two ends.', 'Send `until` or `for`, not both.')
  if (length === undefined) return until
  const ms = ofField('for', () => duration(length))
  if (ms < 1) throw new Refusal(400, `\`for\` must be at least 1ms, got ${JSON.stringify(length)}.`)
  const end = new Date(now + ms)
  if (Number.isNaN(end.getTime())) throw new Refusal(400, `\`for\` is too long: ${JSON.stringify(length)}.`)
  return end.toISOString()
}

function scheduleOf(body: Body): Schedule {
  const period = textOf(body, 'every', 100)
  const expression = textOf(body, 'cron', 200)
  const timeZone = textOf(body, 'timeZone', 100)
  if (period !== undefined && expression !== undefined)
    throw new Refusal(400, 'A task has one schedule.', 'Send `every` or `cron`, not both.')
  if (period !== undefined && timeZone !== undefined)
    throw new Refusal(400, '`timeZone` has no effect on `every`.', 'Send `cron`, or leave `timeZone` out.')
  if (period !== undefined) return ofField('every', () => every(period as Parameters<typeof every>[0]))
  if (expression !== undefined) return cron(expression, timeZone === undefined ? {} : { timeZone })
  throw new Refusal(
    400,
    'A schedule is missing.',
    'Send { "every": "30s" } or { "cron": "0 3 * * *", "timeZone": "Europe/Berlin" }.',
  )
}

function ofField<Value>(field: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
    const { received } = error
    const expected = error.expected.replace(/, or a number of milliseconds/, '')
    throw new Refusal(400, `\`${field}\` must be ${expected}, got ${JSON.stringify(received)}.`)
  }
}

/** Refuses a misspelt field. Without this check, a pause with `untill` would never end. */
function checkFields(body: Body, known: readonly string[]): void {
  const unknown = Object.keys(body).find((key) => !known.includes(key))
  if (unknown === undefined) return
  const meant = nearMiss(unknown, known)
  const cure = meant === undefined ? `Known fields: ${known.join(', ')}.` : `Did you mean \`${meant}\`?`
  throw new Refusal(400, `The field ${JSON.stringify(unknown.slice(0, 100))} is unknown.`, cure)
}

/** An empty text is refused. With an empty `runId`, an abort would otherwise abort all runs. */
function textOf(body: Body, key: string, longest: number): string | undefined {
  const value = body[key]
  if (typeof value === 'string' && value.trim() === '')
    throw new Refusal(400, `\`${key}\` is empty.`, 'Give it a value, or leave it out.')
  return noteOf(body, key, longest)
}

function noteOf(body: Body, key: string, longest: number): string | undefined {
  const value = body[key]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string' && value.length <= longest) return value
  throw new Refusal(400, `\`${key}\` must be a text of at most ${longest} characters.`)
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref())
}
