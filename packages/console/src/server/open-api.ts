import { type Action, actions } from '../api/types.ts'
import { schemas } from './api-schemas.ts'

export interface Described {
  readonly summary: string
  readonly query?: Readonly<Record<string, string>>
  readonly answer: string | object
}

const summaries: Readonly<Record<Action, string>> = {
  trigger: 'Runs a task now. Waits up to 2 s for the outcome.',
  pause: 'Prevents runs of a task until it is resumed.',
  resume: 'Ends the pause of a task.',
  restart: 'Aborts the live run of a task and starts the next.',
  reschedule:
    'Replaces the schedule of a task until the process restarts. In a fleet: until you deploy another schedule.',
  abort: 'Aborts the live runs of a task, or one of them.',
  unregister: 'Aborts the runs of a task and removes it until the process starts again. Waits up to 2 s.',
}

const by = {
  type: 'string',
  maxLength: 60,
  description:
    'Who asks; the audit shows it before what the console knows, as in `ada (token)`. Ignored with `authorize`.',
}
const reason = { type: 'string', maxLength: 500, description: 'Why; it is shown in the audit.' }
const signed = { by, reason }
/** The fields of the body of each control. A body with any other field is refused. */
export const bodies: Readonly<Record<Action, object>> = {
  trigger: { ...signed, input: { description: 'The input of the run: any JSON.' } },
  pause: {
    ...signed,
    until: { type: 'string', description: 'When it resumes by itself: an ISO time with Z or an offset.' },
    for: { type: 'string', description: 'A duration such as 1h, instead of `until`.' },
  },
  resume: signed,
  restart: signed,
  reschedule: {
    ...signed,
    every: { type: 'string', description: 'A duration such as 30s. Give this or `cron`.' },
    cron: { type: 'string' },
    timeZone: { type: 'string' },
  },
  abort: { ...signed, runId: { type: 'string', description: 'Only this run.' } },
  unregister: signed,
}

const performed = {
  type: 'object',
  properties: { done: { type: 'boolean' }, result: { type: 'string' }, details: {} },
  required: ['done', 'result'],
  additionalProperties: false,
}
const task = {
  name: 'task',
  in: 'path',
  required: true,
  schema: { type: 'string' },
  description: 'The name, URL-encoded.',
}
const own = {
  name: 'x-runwell',
  in: 'header',
  required: true,
  schema: { const: '1' },
  description: 'Other sites cannot set it.',
}

export function openApi(routes: Readonly<Record<string, Described>>): object {
  const paths: Record<string, object> = {}
  for (const [path, route] of Object.entries(routes)) paths[`/${path}`] = { get: reading(path, route) }
  for (const action of actions) paths[`/tasks/{task}/${action}`] = { post: control(action) }
  paths['/session'] = { post: session }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Runwell console',
      version: '1',
      description:
        'Instants are milliseconds since 1970, durations milliseconds. Every refusal is a Problem.',
    },
    servers: [{ url: '.', description: 'Relative to this document.' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'runwell_*' },
      },
    },
  }
}

function reading(path: string, { summary, query = {}, answer }: Described): object {
  const ofQuery = Object.entries(query).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }))
  const isStream = path === 'events'
  return {
    summary,
    parameters: [...(path.includes('{task}') ? [task] : []), ...ofQuery],
    responses: {
      200: {
        description: 'OK',
        content: { [isStream ? 'text/event-stream' : 'application/json']: { schema: schemaOf(answer) } },
      },
      ...refusals,
    },
  }
}

function control(action: Action): object {
  return {
    summary: summaries[action],
    parameters: [task, own],
    requestBody: {
      content: {
        'application/json': {
          schema: { type: 'object', properties: bodies[action], additionalProperties: false },
        },
      },
    },
    responses: {
      200: { description: 'It was done.', content: { 'application/json': { schema: performed } } },
      409: { description: 'The task refused.', content: { 'application/json': { schema: performed } } },
      ...refusals,
    },
  }
}

const problem = { description: 'Refused.', content: { 'application/json': { schema: schemaOf('Problem') } } }
const refusals = { 400: problem, 401: problem, 403: problem, 404: problem, 429: problem }

const session = {
  summary: 'Exchanges the token for a cookie.',
  security: [{ token: [] }],
  parameters: [own],
  responses: { 200: { description: 'The answer sets a cookie.' }, ...refusals },
}

function schemaOf(answer: string | object): object {
  return typeof answer === 'string' ? { $ref: `#/components/schemas/${answer}` } : answer
}
