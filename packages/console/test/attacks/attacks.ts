import type { RawAnswer } from './raw.ts'
import { requestText } from './raw.ts'

export type Victim =
  /** Listens on this machine with its random token. */
  | 'listening'
  /** Mounted in production without a sign-in. */
  | 'open production'
  /** Mounted in development without a sign-in. */
  | 'development'
  /** Mounted with a sign-in that lets every user read, but not act. */
  | 'read-only'

export interface Attack {
  readonly name: string
  readonly victim: Victim
  /** `{token}`, `{cookie}` and `{cookie name}` are replaced by the values of a signed-in browser. */
  readonly sends: string
  readonly refusedWith: readonly number[]
}

const json = { 'content-type': 'application/json', 'x-runwell': '1' }
const bearer = { authorization: 'Bearer {token}' }
const trigger = '/api/v1/tasks/mail.send/trigger'

function get(path: string, headers: Readonly<Record<string, string>> = {}): string {
  return requestText('GET', path, headers)
}

function post(path: string, headers: Readonly<Record<string, string>> = {}, body = '{}'): string {
  return requestText('POST', path, { ...json, ...headers }, body)
}

const reading: readonly Attack[] = [
  ...[
    'snapshot',
    'tasks/mail.send',
    'tasks/mail.send/runs',
    'next',
    'timeline',
    'blocks',
    'stop-plan',
    'audit',
    'events',
    'openapi.json',
  ].map(
    (path): Attack => ({
      name: `read ${path} without a token`,
      victim: 'listening',
      sends: get(`/api/v1/${path}`),
      refusedWith: [401],
    }),
  ),
  {
    name: 'read with a wrong token',
    victim: 'listening',
    sends: get('/api/v1/snapshot', { authorization: 'Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
    refusedWith: [401],
  },
  {
    name: 'read with an empty token',
    victim: 'listening',
    sends: get('/api/v1/snapshot', { authorization: 'Bearer ' }),
    refusedWith: [401],
  },
  {
    name: 'read with the token in the query',
    victim: 'listening',
    sends: get('/api/v1/snapshot?token={token}'),
    refusedWith: [401],
  },
  {
    name: 'read with a session that the attacker chose',
    victim: 'listening',
    sends: get('/api/v1/snapshot', { cookie: '{cookie name}=chosen-by-the-attacker' }),
    refusedWith: [401],
  },
  {
    name: 'begin a session with a wrong token',
    victim: 'listening',
    sends: post('/api/v1/session', { authorization: 'Bearer wrong-wrong-wrong-wrong' }),
    refusedWith: [401],
  },
  {
    name: 'read a console without sign-in in production',
    victim: 'open production',
    sends: get('/api/v1/snapshot'),
    refusedWith: [403],
  },
  {
    name: 'load the page without sign-in in production',
    victim: 'open production',
    sends: get('/ops/'),
    refusedWith: [403],
  },
  {
    name: 'trigger without sign-in in production',
    victim: 'open production',
    sends: post(trigger),
    refusedWith: [403],
  },
]

/** The attacker's host name points at this machine. So a browser sends requests for that name to the console. */
const rebinding: readonly Attack[] = [
  {
    name: 'rebound name, reading',
    victim: 'development',
    sends: get('/api/v1/snapshot', { host: 'evil.example' }),
    refusedWith: [403],
  },
  {
    name: 'rebound name with a port',
    victim: 'development',
    sends: get('/api/v1/snapshot', { host: 'evil.example:4777' }),
    refusedWith: [403],
  },
  {
    name: 'rebound name that looks like localhost',
    victim: 'development',
    sends: get('/api/v1/snapshot', { host: 'localhost.evil.example' }),
    refusedWith: [403],
  },
  {
    name: 'rebound name that looks like an address',
    victim: 'development',
    sends: get('/api/v1/snapshot', { host: '127.0.0.1.evil.example' }),
    refusedWith: [403],
  },
  {
    name: 'rebound name, triggering',
    victim: 'development',
    sends: post(trigger, { host: 'evil.example' }),
    refusedWith: [403],
  },
  {
    name: 'rebound name, even with the token',
    victim: 'listening',
    sends: get('/api/v1/snapshot', { host: 'evil.example', ...bearer }),
    refusedWith: [403],
  },
  {
    name: 'rebound name, loading the page',
    victim: 'listening',
    sends: get('/', { host: 'evil.example' }),
    refusedWith: [403],
  },
  {
    name: 'a Host header with a user name',
    victim: 'development',
    sends: get('/api/v1/snapshot', { host: 'localhost@evil.example' }),
    refusedWith: [400, 403],
  },
  {
    name: 'no Host header',
    victim: 'development',
    sends: 'GET /api/v1/snapshot HTTP/1.0\r\n\r\n',
    refusedWith: [403],
  },
  {
    name: 'another host name in an absolute address',
    victim: 'development',
    sends: get('http://evil.example/api/v1/snapshot', { host: 'evil.example' }),
    refusedWith: [403],
  },
  {
    name: 'an address of another machine, without sign-in',
    victim: 'development',
    sends: get('/api/v1/snapshot', { host: '192.168.1.5:4777' }),
    refusedWith: [403],
  },
]

/** Requests that a page makes a browser send. Most of them come from another site, with the cookie of the console. */
const crossSite: readonly Attack[] = [
  {
    name: 'form of another site',
    victim: 'listening',
    sends: requestText(
      'POST',
      trigger,
      {
        cookie: '{cookie}',
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'http://evil.example',
        'sec-fetch-site': 'cross-site',
      },
      'a=1',
    ),
    refusedWith: [403],
  },
  {
    name: 'form of an old browser, without Sec-Fetch-Site',
    victim: 'listening',
    sends: requestText(
      'POST',
      trigger,
      { cookie: '{cookie}', 'content-type': 'text/plain', origin: 'http://evil.example' },
      '{}',
    ),
    refusedWith: [403],
  },
  {
    name: 'form of type text/plain with the header of the page',
    victim: 'listening',
    sends: requestText(
      'POST',
      trigger,
      { cookie: '{cookie}', 'content-type': 'text/plain', 'x-runwell': '1' },
      '{}',
    ),
    refusedWith: [415],
  },
  {
    name: 'JSON of another site',
    victim: 'listening',
    sends: post(trigger, {
      cookie: '{cookie}',
      origin: 'http://evil.example',
      'sec-fetch-site': 'cross-site',
    }),
    refusedWith: [403],
  },
  {
    name: 'JSON of another port of this machine',
    victim: 'listening',
    sends: post(trigger, {
      cookie: '{cookie}',
      origin: 'http://localhost:9999',
      'sec-fetch-site': 'same-site',
    }),
    refusedWith: [403],
  },
  {
    name: 'JSON of another origin, without Sec-Fetch-Site',
    victim: 'listening',
    sends: post(trigger, { cookie: '{cookie}', origin: 'http://localhost:9999' }),
    refusedWith: [403],
  },
  {
    name: 'JSON of a sandboxed frame',
    victim: 'listening',
    sends: post(trigger, { cookie: '{cookie}', origin: 'null' }),
    refusedWith: [403],
  },
  {
    name: 'JSON without the header of the page',
    victim: 'listening',
    sends: requestText('POST', trigger, { cookie: '{cookie}', 'content-type': 'application/json' }, '{}'),
    refusedWith: [403],
  },
  {
    name: 'image of another site that triggers',
    victim: 'listening',
    sends: get(trigger, { cookie: '{cookie}', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }),
    refusedWith: [403, 404],
  },
  {
    name: 'image of this site that triggers',
    victim: 'listening',
    sends: get(trigger, { cookie: '{cookie}', 'sec-fetch-site': 'same-origin' }),
    refusedWith: [404],
  },
  {
    name: 'script of another site that reads',
    victim: 'listening',
    sends: get('/api/v1/snapshot', {
      cookie: '{cookie}',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-dest': 'script',
    }),
    refusedWith: [403],
  },
  {
    name: 'stream that another site opens',
    victim: 'listening',
    sends: get('/api/v1/events', { cookie: '{cookie}', 'sec-fetch-site': 'cross-site' }),
    refusedWith: [403],
  },
  {
    name: 'preflight request of another site',
    victim: 'listening',
    sends: requestText('OPTIONS', trigger, {
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
    }),
    refusedWith: [405],
  },
]

const readOnly: readonly Attack[] = [
  'trigger',
  'pause',
  'resume',
  'restart',
  'reschedule',
  'abort',
  'unregister',
].map(
  (action): Attack => ({
    name: `${action} as a user who may only read`,
    victim: 'read-only',
    sends: post(`/api/v1/tasks/mail.send/${action}`, {}, '{"every":"1s"}'),
    refusedWith: [403],
  }),
)

const odd: readonly Attack[] = [
  {
    name: 'path traversal',
    victim: 'listening',
    sends: get('/assets/../../package.json', bearer),
    refusedWith: [404],
  },
  {
    name: 'encoded path traversal',
    victim: 'listening',
    sends: get('/assets/..%2f..%2fpackage.json', bearer),
    refusedWith: [404],
  },
  {
    name: 'the property name `__proto__` as a file',
    victim: 'listening',
    sends: get('/assets/__proto__', bearer),
    refusedWith: [404],
  },
  {
    name: 'the property name `constructor` as a route',
    victim: 'listening',
    sends: get('/api/v1/constructor', bearer),
    refusedWith: [404],
  },
  {
    name: 'the property name `__proto__` as an action',
    victim: 'listening',
    sends: post('/api/v1/tasks/mail.send/__proto__', bearer),
    refusedWith: [404],
  },
  {
    name: 'a broken percent escape in the name of a task',
    victim: 'listening',
    sends: get('/api/v1/tasks/%E0%A4%A', bearer),
    refusedWith: [404],
  },
  {
    name: 'a line break in the name of a task',
    victim: 'listening',
    sends: get('/api/v1/tasks/a%0d%0aset-cookie:%20x=1', bearer),
    refusedWith: [404],
  },
  {
    name: 'a redirect with a line break and a header',
    victim: 'listening',
    sends: get('/ops%0d%0aset-cookie:%20x=1', bearer),
    refusedWith: [308, 404],
  },
  {
    name: 'a redirect to another site',
    victim: 'listening',
    sends: get('//evil.example', bearer),
    refusedWith: [404],
  },
  {
    name: 'a header with a line break',
    victim: 'listening',
    sends: 'GET /api/v1/snapshot HTTP/1.1\r\nhost: localhost\r\nx: a\rset-cookie: y\r\n\r\n',
    refusedWith: [400],
  },
  {
    name: 'DELETE for a task',
    victim: 'listening',
    sends: requestText('DELETE', '/api/v1/tasks/mail.send', bearer),
    refusedWith: [405],
  },
  { name: 'TRACE', victim: 'listening', sends: requestText('TRACE', '/', bearer), refusedWith: [400, 405] },
  {
    name: 'a body that is not JSON',
    victim: 'listening',
    sends: post(trigger, bearer, '{'),
    refusedWith: [400],
  },
  {
    name: 'a body that is a list',
    victim: 'listening',
    sends: post(trigger, bearer, '[]'),
    refusedWith: [400],
  },
  {
    name: 'a body of 10 MB',
    victim: 'listening',
    sends: post(trigger, bearer, JSON.stringify({ input: 'x'.repeat(10_000_000) })),
    refusedWith: [413],
  },
  {
    name: 'a body of 10 MB in chunks without a length',
    victim: 'listening',
    sends: chunked(trigger, { ...json, ...bearer }, 10_000_000),
    refusedWith: [413],
  },
  {
    name: 'headers of 100 KB',
    victim: 'listening',
    sends: get('/api/v1/snapshot', { ...bearer, 'x-long': 'x'.repeat(100_000) }),
    refusedWith: [431],
  },
  {
    name: 'two lengths (request smuggling)',
    victim: 'listening',
    sends:
      'POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ncontent-length: 30\r\n\r\n{}',
    refusedWith: [400],
  },
]

export const kindsOfAttack: Readonly<Record<string, readonly Attack[]>> = {
  'without being signed in': reading,
  'by DNS rebinding and odd hosts': rebinding,
  'from another site': crossSite,
  'as a user who may only read': readOnly,
  'by odd requests': odd,
}

export const attacks: readonly Attack[] = Object.values(kindsOfAttack).flat()

function chunked(path: string, headers: Readonly<Record<string, string>>, length: number): string {
  const head = requestText('POST', path, { ...headers, 'transfer-encoding': 'chunked' })
  return `${head}${length.toString(16)}\r\n${'x'.repeat(length)}\r\n0\r\n\r\n`
}

export function isRefused({ refusedWith }: Attack, answer: RawAnswer): boolean {
  return refusedWith.includes(answer.status) && !/^(?:set-cookie|access-control-)/im.test(answer.headers)
}
