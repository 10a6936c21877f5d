import { InvalidOptionError, type Supervisor, WrongStateError } from '@runwell/core'
import {
  aFunction,
  anObject,
  check,
  checkOptions,
  type OptionTable,
  takes,
  textUpTo,
  warningsTo,
  wholeNumber,
} from '@runwell/core/adapter'
import { type Authorize, Gate } from './access/gate.ts'
import { WriteLimit } from './access/rate.ts'
import { newSecret } from './access/secret.ts'
import { Sessions } from './access/sessions.ts'
import type { Links } from './api/types.ts'
import { Audit } from './feed/audit.ts'
import { Broadcast } from './feed/broadcast.ts'
import { EventRing } from './feed/event-ring.ts'
import { ProcessWarnings } from './feed/process-warnings.ts'
import type { Reader } from './feed/reader.ts'
import { type Redact, safely } from './feed/redact.ts'
import { type CommonProcessView, processView } from './read/process-view.ts'
import { SharedTasks } from './read/shared-tasks.ts'
import { taskDetail } from './read/task-detail.ts'
import { taskRow } from './read/task-row.ts'
import { Control } from './server/control.ts'
import { Handler } from './server/handler.ts'
import { checkListen, type Listening, type ListenOptions, listen } from './server/listen.ts'
import { type NodeHandler, nodeBridge } from './server/node-bridge.ts'

/** Options of a console. */
export interface ConsoleOptions {
  /** The title at the top of the page. @defaultValue the name of the supervisor */
  readonly title?: string | undefined
  /** Links to your other systems, such as `{ trace: 'http://localhost:16686/trace/{trace_id}' }`. */
  readonly links?: Links | undefined
  /**
   * Your own sign-in: returns the user who sent a request. The user may read everything, and may perform the actions
   * in `can`.
   *
   * Without `authorize` and `token`, a console in a web framework or on a unix socket answers only requests from this
   * machine. If `NODE_ENV` is also `production`, it refuses all requests.
   *
   * `fetch()` does not know the address of the client. So it only checks that the header `Host` names this machine.
   */
  readonly authorize?: Authorize | undefined
  /**
   * A secret that browsers and programs must send: at least 16 letters, digits and `-_.~+/`, with up to two `=` at
   * the end. Ignored if `authorize` is set. If neither `token` nor `authorize` is set, a console that listens on a
   * port creates a random token.
   */
  readonly token?: string | undefined
  /**
   * Host names under which browsers may reach the console. `localhost`, names that end in `.localhost` and IP
   * addresses are always allowed. Requests with any other host name are refused.
   * @defaultValue none; if `authorize` is set, every host name
   */
  readonly allowedHosts?: readonly string[] | undefined
  /**
   * Called for texts such as errors, annotations and reasons of pauses. The console shows the returned text instead.
   * If this function throws or returns no string, the console shows a note instead of the text.
   */
  readonly redact?: Redact | undefined
  /**
   * How many of the newest events are kept: 100 to 100,000. In addition, at least the newest 2,000 rare events are
   * kept, such as pauses of tasks and blocks of the event loop. @defaultValue `5000`
   */
  readonly keepEvents?: number | undefined
  /** Called with a message when the console or `authorize` fails. @defaultValue `console.warn` */
  readonly onWarning?: ((text: string) => void) | undefined
}

/** A console for one supervisor. Mount it in a web framework, or call `listen()`. */
export interface Console {
  /** Answers a Fetch request, for frameworks such as Hono: `hono.mount('/ops', ops.fetch)`. */
  fetch(request: Request): Promise<Response>
  /** A request handler for `node:http`, Express and Connect: `app.use('/ops', ops.node)`. */
  readonly node: NodeHandler
  /**
   * Serves the console on its own port or socket. By default, only this machine can connect. The server does not keep
   * the process alive. Rejects with the error of `node:http` if another process uses the port or the socket, or if
   * this user may not use the port. The message of the error says what to do.
   * @throws {@link InvalidOptionError} if `host` is not this machine, and `authorize` and `token` are missing.
   */
  listen(options?: ListenOptions): Promise<Listening>
  /**
   * Ends all streams and servers, and detaches from the supervisor. From then on, a mounted console answers with
   * status 503, and `listen()` rejects with a {@link WrongStateError}.
   */
  close(): Promise<void>
}

const aSupervisor = takes<Supervisor>(
  'a Supervisor',
  (value) => typeof (value as Partial<Supervisor> | null)?.observe === 'function',
)
const aSecret = takes<string>(
  'a text of at least 16 letters, digits and `-_.~+/`, with up to two `=` at the end, such as the output of `openssl rand -base64 24`',
  (value) => typeof value === 'string' && /^[\w.~+/-]{16,500}={0,2}$/.test(value),
  { isSecret: true },
)
const hosts = takes<readonly string[]>(
  'a list of host names without ports',
  (value) =>
    Array.isArray(value) && value.every((name) => typeof name === 'string' && /^[\w.-]+$/.test(name)),
)
const consoleOptions: OptionTable<ConsoleOptions> = {
  title: textUpTo(100),
  links: anObject,
  authorize: aFunction,
  token: aSecret,
  allowedHosts: hosts,
  redact: aFunction,
  keepEvents: wholeNumber(100, 100_000),
  onWarning: aFunction,
}
const linkOptions: OptionTable<Links> = {
  trace: textUpTo(500),
  logs: textUpTo(500),
  issues: textUpTo(500),
  dashboard: textUpTo(500),
}

/**
 * Creates a console: a page and an API for the tasks of a supervisor.
 * @throws {@link InvalidOptionError} if an option is invalid.
 */
export function createConsole(supervisor: Supervisor, options: ConsoleOptions = {}): Console {
  check('supervisor', supervisor, aSupervisor)
  checkOptions('createConsole', options, consoleOptions, 'createConsole', {
    auth: 'authorize',
    password: 'token',
    secret: 'token',
  })
  checkLinks(options.links)
  const { keepEvents = 5_000, authorize } = options
  const onWarning = warningsTo(options.onWarning, warnOnConsole)
  const redact = safely(options.redact)
  const ring = new EventRing(keepEvents, supervisor.instanceId.replaceAll('.', '-'), redact)
  const presentation = { title: options.title ?? supervisor.name, links: options.links ?? {} }
  const warnings = new ProcessWarnings(
    () => supervisor.now(),
    () => broadcast.processHasChanged(),
  )
  const viewOfProcess = (): CommonProcessView =>
    processView(supervisor, ring, warnings.newest, presentation, redact)
  const audit = new Audit(redact)
  const broadcast = new Broadcast(ring, audit, readerOf(supervisor, ring, redact, viewOfProcess), onWarning)
  const detach = supervisor.observe(broadcast, { keepConsole: true })
  const control = new Control(supervisor)
  const sources = { supervisor, ring, broadcast, control, audit, redact, process: viewOfProcess }
  const shared = {
    authorize,
    allowedHosts: (options.allowedHosts ?? []).map((name) => name.toLowerCase()),
    isProduction: process.env['NODE_ENV'] === 'production',
    sessions: new Sessions(supervisor.instanceId),
    warn: onWarning,
  }
  const writes = new WriteLimit()
  const logins = new WriteLimit()
  let isClosed = false
  const handlerWith = (token: string | undefined, isMounted: boolean): Handler =>
    new Handler({
      sources,
      gate: new Gate({ ...shared, token }),
      writes,
      logins,
      warn: onWarning,
      isClosed: () => isClosed,
      isMounted,
    })

  const mounted = handlerWith(options.token, true)
  const servers = new Set<Promise<Listening>>()
  const checkOpen = (): void => {
    if (isClosed) throw new WrongStateError('A closed console cannot listen; create a new one')
  }
  return {
    fetch: (request) => mounted.answer(request, undefined),
    node: nodeBridge((request, peer) => mounted.answer(request, peer)),
    async listen(listenOptions = {}) {
      checkOpen()
      checkListen(listenOptions)
      const token = options.token ?? newSecret()
      const handler = handlerWith(listenOptions.socket === undefined ? token : options.token, false)
      const access = {
        token,
        isGuarded: authorize !== undefined || options.token !== undefined,
        asksForToken: authorize === undefined,
      }
      const bridge = nodeBridge((request, peer) => handler.answer(request, peer ?? '127.0.0.1'))
      const opening = listen(bridge, listenOptions, access)
      servers.add(opening)
      const server = await opening
      checkOpen() // If the console was closed meanwhile, `close()` also closes this server.
      return server
    },
    async close() {
      isClosed = true
      detach()
      warnings.close()
      broadcast.close()
      const opened = await Promise.allSettled(servers)
      await Promise.all(opened.map((server) => server.status === 'fulfilled' && server.value.close()))
    },
  }
}

function readerOf(
  supervisor: Supervisor,
  ring: EventRing,
  redact: Redact,
  process: () => CommonProcessView,
): Reader {
  const shared = new SharedTasks(() => supervisor.tasks())
  return {
    row: (name) => {
      const task = supervisor.task(name)
      return task && taskRow(task, ring, redact)
    },
    detail: (name) => {
      const task = supervisor.task(name)
      return task && taskDetail(supervisor, task, ring, redact)
    },
    process,
    changedElsewhere: () => shared.changed(),
    probes: () => JSON.stringify([supervisor.live(), supervisor.ready()]),
  }
}

/** Allows only http and https. An address such as `javascript:…` could run a script when someone follows the link. */
function checkLinks(links: Links | undefined): void {
  if (links === undefined) return
  checkOptions('createConsole', links, linkOptions, 'links.')
  for (const [name, address] of Object.entries(links)) {
    if (address === undefined || /^https?:\/\//i.test(address)) continue
    throw new InvalidOptionError(`links.${name}`, 'an address that begins with http:// or https://', address)
  }
}

function warnOnConsole(text: string): void {
  // biome-ignore lint/suspicious/noConsole: the default for a user who gave no `onWarning`
  console.warn(`[runwell] ${text}`)
}
