import { formatMs } from '../base/duration.ts'
import type { CounterName, counters } from './counters.ts'
import type { EventOf, SupervisorEvent, SupervisorEventType } from './events.ts'
import {
  because,
  causeText,
  controlText,
  endText,
  episodeEndWords,
  firstRun,
  handoverWords,
  list,
  missText,
  newerText,
  outcomeText,
  parkedText,
  refusalWords,
  runCount,
  skipWords,
  stoppedText,
  stopWords,
  takeoverText,
  untilText,
} from './phrases.ts'

/** Shorter blocks of the event loop are not written to the console. */
export const longBlockMs = 500

/** The log level of an event. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

type FieldWith<Value, Event> = { [Key in keyof Event]: Event[Key] extends Value ? Key : never }[keyof Event]

/**
 * Which counter an event increases. `by`: the field of the event that contains the amount; without `by`, the amount
 * is 1. `word`: the field of the event that contains the key, for a counter such as `outcomes` that has one number
 * for each key.
 */
type Counts<Event> = {
  [Name in CounterName]: (typeof counters)[Name] extends readonly (infer Word)[]
    ? {
        readonly counter: Name
        readonly word: FieldWith<Word, Event>
        readonly by?: FieldWith<number, Event>
      }
    : { readonly counter: Name; readonly by?: FieldWith<number, Event> }
}[CounterName]

interface EventRow<Event> {
  readonly level: LogLevel | ((event: Event) => LogLevel)
  readonly sentence: (event: Event) => string
  readonly counts?: Counts<Event>
}

/** A failed run or the bad health of a task with priority `low` can wait, so its log level is only `warn`. */
const failureLevel = ({ info }: EventOf<'run.ended' | 'health.changed'>): LogLevel =>
  info.priority === 'low' ? 'warn' : 'error'

/**
 * The log level, log line and counter of each event type. Change `docs/events.md` together with this table.
 */
export const eventCatalogue: { readonly [Type in SupervisorEventType]: EventRow<EventOf<Type>> } = {
  'task.registered': { level: 'info', sentence: ({ task }) => `Task '${task}' was registered` },
  'task.unregistered': { level: 'info', sentence: ({ task }) => `Task '${task}' was unregistered` },
  'task.started': {
    level: 'debug',
    sentence: (event) => `Task '${event.task}' has started: ${event.info.schedule.text}${firstRun(event)}`,
  },
  'task.stopped': {
    level: 'debug',
    sentence: ({ task, reason }) => `Task '${task}' starts no more runs: ${stopWords[reason]}`,
  },
  'task.paused': {
    level: 'info',
    sentence: ({ task, reason, until }) =>
      `Task '${task}' is paused${untilText(until)}${reason === undefined ? '' : `: ${reason}`}`,
  },
  'task.resumed': {
    level: 'info',
    sentence: ({ task, cause }) =>
      `Task '${task}' is resumed${cause === 'until' ? ': its pause has ended' : ''}`,
  },
  'control.performed': {
    level: ({ result }) => (result === 'done' || result === 'unchanged' ? 'info' : 'warn'),
    sentence: controlText,
  },
  'task.rescheduled': {
    level: 'info',
    sentence: (event) => `Task '${event.task}' has a new schedule: ${event.schedule.text}${firstRun(event)}`,
  },
  'task.overruled': {
    level: 'info',
    sentence: ({ task, info, overruledBy: newer }) =>
      newer === undefined
        ? `Task '${task}' runs in this process again: its definition is the newest again`
        : `Task '${task}' does not run in this process: ${newerText(newer, info.schedule.text)}`,
  },
  'task.parked': {
    level: 'error',
    sentence: parkedText,
    counts: { counter: 'gaveUp' },
  },
  'task.gave-up': {
    level: 'error',
    sentence: ({ task, cause, rule, restarts, withinMs, error }) =>
      `Task '${task}' is given up and not restarted any more: it ${causeText(cause, rule)} after ${restarts} ${restarts === 1 ? 'restart' : 'restarts'} in ${formatMs(withinMs)}${because(error)}`,
    counts: { counter: 'gaveUp' },
  },
  'task.stuck': {
    level: 'error',
    sentence: ({ task, runId, ageMs }) =>
      `Task '${task}' is stuck: run ${runId} ignores its aborted signal, is ${formatMs(ageMs)} old and blocks the next run`,
  },
  'run.started': {
    level: 'debug',
    sentence: ({ task, trigger }) => `Task '${task}' started a run (${trigger})`,
    counts: { counter: 'started' },
  },
  'run.ready': {
    level: 'debug',
    sentence: ({ task, afterMs }) => `Task '${task}' is ready after ${formatMs(afterMs)}`,
  },
  'run.retried': {
    level: 'warn',
    sentence: ({ task, attempt, delayMs, error }) =>
      `Task '${task}' failed in attempt ${attempt}, next attempt in ${formatMs(delayMs)}${because(error)}`,
    counts: { counter: 'retries' },
  },
  'run.ended': {
    level(event) {
      if (event.outcome !== 'succeeded' && event.outcome !== 'cancelled') return failureLevel(event)
      if (handoverWords(event) === '') return 'debug'
      return event.abortedFor === 'shutdown' ? 'info' : 'warn'
    },
    sentence: endText,
    counts: { counter: 'outcomes', word: 'outcome' },
  },
  'run.lost': {
    level: 'warn',
    sentence: (event) => takeoverText(event, 'died or lost its lease', event.at - event.startedAt),
  },
  'run.handed-over': {
    level: 'info',
    sentence: (event) => takeoverText(event, 'stopped', event.endedAt - event.startedAt),
  },
  'run.settled-late': {
    level: 'debug',
    sentence: ({ task, ageMs, error }) =>
      `Task '${task}': an abandoned run ended after ${formatMs(ageMs)}${because(error)}`,
    counts: { counter: 'settledLate' },
  },
  'run.skipped': {
    level: ({ reason }) => (reason === 'overlap' ? 'warn' : 'debug'),
    sentence: ({ task, count, atLeast, reason, detail }) =>
      `Task '${task}' skipped ${runCount(count, atLeast)}: ${detail ?? skipWords[reason]}`,
    counts: { counter: 'skipped', word: 'reason', by: 'count' },
  },
  'run.missed': {
    level: 'warn',
    sentence: (event) =>
      `Task '${event.task}' missed ${runCount(event.count, event.atLeast)}: ${missText(event)}`,
    counts: { counter: 'missed', by: 'count' },
  },
  'unit.ended': {
    // If the run continues and succeeds, this log line is the only one that reports the failure of the unit.
    level: ({ outcome }) => (outcome === 'failed' ? 'warn' : 'debug'),
    sentence: ({ task, info, unit, outcome, durationMs, error }) =>
      `Task '${task}': unit '${unit}' ${outcomeText(outcome, info)} after ${formatMs(durationMs)}${because(error)}`,
    counts: { counter: 'units', word: 'outcome' },
  },
  'restart.scheduled': {
    level: 'warn',
    sentence: ({ task, cause, rule, delayMs, error }) =>
      `Task '${task}' ${causeText(cause, rule)}, restart in ${formatMs(delayMs)}${because(error)}`,
    counts: { counter: 'restarts', word: 'cause' },
  },
  'restart.refused': {
    level: 'warn',
    sentence: ({ task, cause, rule, reason }) =>
      `Task '${task}' ${causeText(cause, rule)} but is not restarted: ${refusalWords[reason]}`,
  },
  'health.changed': {
    level: (event) => {
      if (event.to === 'unhealthy') return failureLevel(event)
      return event.to === 'degraded' ? 'warn' : 'info'
    },
    sentence({ task, from, to, health }) {
      const why = health.reasons.map(({ reason }) => reason).join('; ')
      return `Task '${task}' is ${to}, was ${from}${why === '' ? '' : `: ${why}`}`
    },
  },
  'health.flapping': {
    level: 'warn',
    sentence: ({ task, changes }) =>
      `Task '${task}' is flapping: its health got worse again ${changes} times; it recovers only once it is stable`,
  },
  'health.settled': {
    level: 'info',
    sentence: ({ task, changes }) =>
      `Task '${task}' has stopped flapping after it got worse again ${changes} times`,
  },
  'rule.opened': {
    level: 'debug',
    sentence: ({ task, rule, reason }) => `Task '${task}': rule '${rule}' fires: ${reason}`,
  },
  'rule.closed': {
    level: 'debug',
    sentence: ({ task, rule, at, since, cause }) =>
      cause === 'cleared'
        ? `Task '${task}': rule '${rule}' is clear again after ${formatMs(at - since)}`
        : `Task '${task}': rule '${rule}' fired for ${formatMs(at - since)} and is no longer evaluated: ${episodeEndWords[cause]}`,
  },
  'rule.failed': {
    level: 'warn',
    sentence: ({ task, rule, error }) => `Task '${task}': rule '${rule}' threw${because(error)}`,
  },
  'monitor.ticked': { level: 'debug', sentence: ({ tasks, health }) => `${tasks} tasks, ${health}` },
  'monitor.stalled': {
    level: 'error',
    sentence: ({ overdueMs }) =>
      `The supervisor's timer was ${formatMs(overdueMs)} overdue and was armed again`,
  },
  'loop.blocked': {
    // Nearly every service blocks its event loop while it loads modules. This is worth a line only if a task is the
    // cause of a long block.
    level: ({ atStartup, suspect, ms }) =>
      atStartup && (suspect === undefined || ms < longBlockMs) ? 'debug' : 'warn',
    sentence: ({ ms, suspect }) =>
      `The event loop was blocked for ${formatMs(ms)}${suspect ? `, most likely by task '${suspect.task}'` : ''}`,
  },
  'fleet.joined': {
    level: 'info',
    sentence: ({ fleet, instanceId }) => `This process is ${instanceId} in ${fleet}`,
  },
  'fleet.down': {
    level: 'warn',
    sentence: ({ fleet, error }) =>
      `${fleet} can't be used: slots of its tasks wait, runs under way go on${because(error)}`,
  },
  'fleet.up': {
    level: 'info',
    sentence: ({ fleet, downMs }) => `${fleet} can be used again after ${formatMs(downMs)}`,
  },
  'clock.jumped': {
    level: 'warn',
    sentence: ({ deltaMs, treatedAs }) =>
      `The wall clock jumped by ${formatMs(deltaMs)}${deltaMs < 0 ? '' : treatedAs === 'gap' ? ': due slots run within catchUp, others are missed' : ', so the clock was set: slots in between are missed unless catchUp was given'}`,
  },
  'shutdown.started': {
    level: 'info',
    sentence: ({ reason, deadlineMs }) =>
      `The supervisor is stopping (${reason}): at most ${formatMs(deadlineMs)}`,
  },
  'shutdown.class-ended': {
    level: 'info',
    sentence: ({ priority, tookMs, abandoned }) =>
      `Tasks of priority ${priority} stopped in ${formatMs(tookMs)}${abandoned.length === 0 ? '' : `, except for ${list(abandoned)}`}`,
  },
  'shutdown.ended': {
    level: ({ report }) => (report.exitCode === 0 ? 'info' : 'error'),
    sentence: ({ report }) => stoppedText(report),
  },
  'observer.failed': {
    level: 'warn',
    sentence: ({ observer, method, error }) =>
      `Observer '${observer}' failed in ${method}()${because(error)}`,
  },
}

function rowOf<Event extends SupervisorEvent>({ type }: Event): EventRow<Event> {
  return eventCatalogue[type] as unknown as EventRow<Event>
}

/** Returns the log level of an event. */
export function logLevel(event: SupervisorEvent): LogLevel {
  const { level } = rowOf(event)
  return typeof level === 'string' ? level : level(event)
}

/** Returns the log line of an event. */
export function logText(event: SupervisorEvent): string {
  return rowOf(event).sentence(event)
}

/** Returns the counter that an event increases, its `word` and the amount. */
export function countOf(
  event: SupervisorEvent,
): { readonly counter: CounterName; readonly word: string | undefined; readonly by: number } | undefined {
  const { counts } = rowOf(event)
  if (counts === undefined) return undefined
  const fields = event as unknown as Readonly<Record<string, unknown>>
  const { counter, word, by } = counts as { counter: CounterName; word?: string; by?: string }
  return {
    counter,
    word: word === undefined ? undefined : String(fields[word]),
    by: by === undefined ? 1 : Number(fields[by]),
  }
}
