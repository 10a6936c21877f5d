import type { Supervisor } from '@runwell/core'
import { duration, InvalidOptionError } from '@runwell/core'
import { Refusal } from '../access/refusal.ts'
import { unknownTask } from '../access/unknown-task.ts'
import type { StreamedEvent, Viewer } from '../api/types.ts'
import type { Audit } from '../feed/audit.ts'
import type { Broadcast } from '../feed/broadcast.ts'
import type { EventRing } from '../feed/event-ring.ts'
import type { Redact } from '../feed/redact.ts'
import { blocks } from '../read/blocks.ts'
import { nextRuns } from '../read/next-runs.ts'
import { type CommonProcessView, snapshot } from '../read/process-view.ts'
import { stopRehearsal } from '../read/stop-rehearsal.ts'
import { readable, taskDetail } from '../read/task-detail.ts'
import { timeline } from '../read/timeline.ts'
import { json, jsonWithTag, stream } from './answers.ts'
import type { Control } from './control.ts'
import { type Described, openApi } from './open-api.ts'

export interface Sources {
  readonly supervisor: Supervisor
  readonly ring: EventRing
  readonly broadcast: Broadcast
  readonly control: Control
  readonly audit: Audit
  readonly redact: Redact
  readonly process: () => CommonProcessView
}

export interface Reading {
  readonly request: Request
  readonly query: URLSearchParams
  readonly viewer: Viewer
  readonly task: string
  readonly isMounted: boolean
}

interface Route extends Described {
  answerTo(sources: Sources, reading: Reading): Response
}

const readRoutes: Readonly<Record<string, Route>> = {
  snapshot: {
    summary: 'The process and all its tasks. It has an ETag.',
    answer: 'Snapshot',
    answerTo: ({ supervisor, ring, redact, process }, { request, viewer }) =>
      jsonWithTag(request, snapshot(supervisor, ring, redact, process(), viewer)),
  },

  'tasks/{task}': {
    summary: 'Everything about one task: why it is not well, its last runs, and its rules.',
    answer: 'TaskDetail',
    answerTo: ({ supervisor, ring, redact }, { task }) =>
      json(taskDetail(supervisor, known(supervisor, task), ring, redact)),
  },

  'tasks/{task}/runs': {
    summary: 'The ended runs of a task that are kept, newest first.',
    query: {
      limit: 'How many, from 1 to 1000. Default: 50.',
      before: 'The id of the last run of the page before: `next` of its answer.',
    },
    answer: objectOf({ runs: listOf('RunRecord') }, { next: { type: 'string' } }),
    answerTo: ({ supervisor, redact }, { task, query }) => {
      const limit = wholeNumber(query, 'limit', 50, 1_000)
      const before = query.get('before')
      const runs = known(supervisor, task).history(1_000)
      const first = before === null ? 0 : runs.findIndex(({ runId }) => runId === before) + 1
      if (before !== null && first === 0) throw new Refusal(404, 'The run in `before` is no longer kept.')
      const page = runs.slice(first, first + limit)
      const next = first + limit < runs.length ? page.at(-1)?.runId : undefined
      return json({ runs: page.map((run) => readable(run, redact)), next })
    },
  },

  next: {
    summary: 'The runs that are due, soonest first, and why some of them will not start.',
    query: { within: 'How far ahead, such as 90m. Default: 1h.' },
    answer: 'NextRuns',
    answerTo: ({ supervisor, redact }, { query }) => {
      const within = length(query, 'within', '1h')
      return json(nextRuns(supervisor, within, redact))
    },
  },

  timeline: {
    summary:
      'All runs on one time axis, with skipped runs, missed slots, and times in which the process could not work.',
    query: { last: 'How far back, such as 10m. Default: 1h.' },
    answer: 'Timeline',
    answerTo: ({ supervisor, ring }, { query }) =>
      json(timeline(supervisor, ring, supervisor.now() - length(query, 'last', '1h'))),
  },

  blocks: {
    summary: 'What blocked the event loop, newest first.',
    answer: objectOf({ blocks: listOf('Block') }),
    answerTo: ({ ring }) => json({ blocks: blocks(ring) }),
  },

  'stop-plan': {
    summary: 'What a stop would do now.',
    answer: 'StopRehearsal',
    answerTo: ({ supervisor }) => json(stopRehearsal(supervisor)),
  },

  'events/kept': {
    summary: 'The newest events that are kept, newest first.',
    query: {
      limit: 'How many, from 1 to 1000. Default: 300.',
      types: 'Types of events, separated by commas.',
      task: 'Only events of this task.',
      level: 'The least level: debug, info, warn or error.',
    },
    answer: objectOf({ events: listOf('StreamedEvent') }),
    answerTo: ({ ring }, { query }) => {
      const wanted = wantedEvents(query)
      return json({ events: ring.newestThat(wanted, wholeNumber(query, 'limit', 300, 1_000)) })
    },
  },

  audit: {
    summary: 'Who asked what of which task, why, and what came of it; newest first.',
    answer: objectOf({ entries: listOf('AuditEntry') }),
    answerTo: ({ audit }) => json({ entries: audit.entries }),
  },

  'openapi.json': {
    summary: 'This document.',
    answer: { type: 'object' },
    answerTo: () => json(openApi(readRoutes)),
  },

  events: {
    summary:
      'Server-sent events: `events` (a list of StreamedEvent), `rows` (TaskRows that changed, and names that are gone), `process`, `detail`, `reset` and `end`.',
    query: {
      after: 'An id to continue from, such as the cursor of a snapshot. The header Last-Event-ID wins.',
      types: 'Types of events, separated by commas. `none` sends only rows.',
      task: 'Only events of this task.',
      level: 'The least level: debug, info, warn or error.',
      watch: 'A task whose TaskDetail is sent when it changes.',
    },
    answer: { type: 'string' },
    answerTo: ({ broadcast }, { request, query, isMounted }) => {
      const body = broadcast.open({
        cursor: request.headers.get('last-event-id') ?? query.get('after') ?? undefined,
        wantsEvents: query.get('types') !== 'none',
        wants: wantedEvents(query),
        watches: query.get('watch') ?? undefined,
        endsAtStop: isMounted,
      })
      if (body === undefined) {
        throw new Refusal(503, 'Too many viewers.', 'Close one of the 50 streams that are open.')
      }
      return stream(body)
    },
  },
}

function listOf(name: string): object {
  return { type: 'array', items: { $ref: `#/components/schemas/${name}` } }
}

function objectOf(
  required: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
): object {
  const properties = { ...required, ...optional }
  return { type: 'object', properties, required: Object.keys(required), additionalProperties: false }
}

/** `task` in the result is empty if the path names no task. */
export function findRoute(
  parts: readonly string[],
): { readonly route: Route; readonly task: string } | undefined {
  const isOfTask = parts[0] === 'tasks' && parts.length > 1
  const path = isOfTask ? ['tasks', '{task}', ...parts.slice(2)].join('/') : parts.join('/')
  const route = Object.hasOwn(readRoutes, path) ? readRoutes[path] : undefined
  return route && { route, task: isOfTask ? (parts[1] ?? '') : '' }
}

function known(supervisor: Supervisor, name: string): NonNullable<ReturnType<Supervisor['task']>> {
  const task = supervisor.task(name)
  if (task === undefined) throw unknownTask(supervisor, name)
  return task
}

function wantedEvents(query: URLSearchParams): (event: StreamedEvent) => boolean {
  const types = query.get('types')?.split(',')
  const task = query.get('task')
  const level = query.get('level')
  const levels = ['debug', 'info', 'warn', 'error']
  const least = level === null ? 0 : levels.indexOf(level)
  if (least < 0) throw new Refusal(400, `\`level\` must be one of ${levels.join(', ')}.`)
  return (event) =>
    (types === undefined || types.includes(event.type)) &&
    (task === null || event.task === task) &&
    levels.indexOf(event.level) >= least
}

function wholeNumber(query: URLSearchParams, key: string, byDefault: number, max: number): number {
  const text = query.get(key)
  if (text === null) return byDefault
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= max) return number
  throw new Refusal(400, `\`${key}\` must be a whole number from 1 to ${max}.`)
}

function length(query: URLSearchParams, key: string, byDefault: string): number {
  try {
    return duration(query.get(key) ?? byDefault)
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
    throw new Refusal(400, `\`${key}\` must be a duration such as 1h or 90m.`)
  }
}
