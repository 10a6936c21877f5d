import { constants } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import type { ClockTimer } from '../base/clock.ts'
import { SystemClock } from '../base/clock.ts'
import { type Duration, formatMs } from '../base/duration.ts'
import { recordError } from '../base/error-record.ts'
import { WrongStateError } from '../base/errors.ts'
import { type Expiry, expiresIn } from '../base/expiry.ts'
import {
  aFunction,
  check,
  checkOptions,
  type OptionTable,
  takes,
  textUpTo,
  trueOrFalse,
} from '../base/options.ts'
import { toError } from '../base/to-error.ts'
import type { SupervisorEvent } from '../events/events.ts'
import type { ObserveOptions, Observer } from '../observe/observer.ts'
import { exhaustions } from '../restart/exhaustion.ts'
import { hashToUnit } from '../schedule/jitter.ts'
import { otherProblems, type ShutdownReport, type StopOptions } from '../shutdown/report.ts'
import { resolveStop, stopOptions } from '../shutdown/stop-options.ts'
import { exitTogether } from './exit-together.ts'
import { Interrupts } from './interrupts.ts'
import { guarded, type Log, surviveDeadOutput, toStandardError, writeIfThere } from './output.ts'
import { Watchdog } from './watchdog.ts'

/** What {@link handleSignals} needs from a supervisor. */
export interface StoppableSupervisor {
  readonly instanceId: string
  stop(options?: StopOptions): Promise<ShutdownReport>
  hurry(within: Duration): void
  observe(observer: Observer, options: ObserveOptions): () => void
}

/** Options of {@link handleSignals}. */
export interface SignalOptions extends Omit<StopOptions, 'reason'> {
  /** The signals that start a stop. @defaultValue `['SIGTERM', 'SIGINT']` */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /**
   * If `true`, a task with `exhausted: 'escalate'` stops the supervisor when its restart budget is used up. The stop
   * begins 0 to 30 s later. Then the process exits with code 1.
   * @defaultValue `true`
   */
  readonly exitOnEscalation?: boolean | undefined
  /**
   * A function that is called with each line of output. If it throws, the line goes to standard error.
   * @defaultValue writes to standard error
   */
  readonly log?: ((line: string) => void) | undefined
  /**
   * A function that is called with the report before the process exits. It may run until the deadline of the stop,
   * and for at least one second. After a second Ctrl-C, it may run for one second.
   */
  readonly onReport?: ((report: ShutdownReport) => unknown) | undefined
  /**
   * A function that ends the process. It gets the exit code. Without this option, and if several supervisors are
   * stopping, the process exits after the last of these stops.
   * @defaultValue `process.exit`
   */
  readonly exit?: ((code: number) => void) | undefined
  /**
   * The path of a file. If the file exists and is writable, the report is written to it as one line.
   * @defaultValue `'/dev/termination-log'`
   */
  readonly terminationLog?: string | undefined
  /**
   * If `true`, a thread watches the stop. If the event loop is still blocked 2 s after the deadline, the thread
   * prints the active runs. Then it kills the process (exit code 137).
   * @defaultValue `false`
   */
  readonly watchdog?: boolean | undefined
}

const uncatchable: readonly string[] = ['SIGKILL', 'SIGSTOP']
const { reason: _, ...withoutReason } = stopOptions
const signalOptions: OptionTable<SignalOptions> = {
  ...withoutReason,
  signals: takes<readonly NodeJS.Signals[]>(
    `a list of signal names such as 'SIGTERM'; ${uncatchable.join(' and ')} cannot be handled`,
    (value) => Array.isArray(value) && value.every(isHandled),
  ),
  exitOnEscalation: trueOrFalse,
  log: aFunction,
  onReport: aFunction,
  exit: aFunction,
  terminationLog: textUpTo(1_000),
  watchdog: trueOrFalse,
}

function isHandled(signal: unknown): boolean {
  return (
    typeof signal === 'string' && Object.hasOwn(constants.signals, signal) && !uncatchable.includes(signal)
  )
}

const aStoppable = takes<StoppableSupervisor>('a Supervisor', (value) => {
  if (typeof value !== 'object' || value === null) return false
  const { stop, hurry, observe } = value as Partial<StoppableSupervisor>
  return [stop, hurry, observe].every((method) => typeof method === 'function')
})

const handled = new WeakSet<StoppableSupervisor>()

/** The time for the stop after a second SIGINT. */
const hurryMs = 1_000
/** `onReport` gets at least this time, even if the deadline of the stop has passed. */
const minReportMs = 1_000
/** If the flush of observers takes longer than this, a log line says so. The report does not include the flush. */
const longFlushMs = 1_000
/**
 * When a task escalates, the stop begins after a delay of up to this time. Each replica has a different delay, so the
 * replicas do not exit together.
 */
const escalationSpreadMs = 30_000

/**
 * Stops `supervisor` on SIGTERM or SIGINT, and then exits the process. By default (`exitOnEscalation`), also does
 * this up to 30 s after a task has escalated. If other code has stopped the supervisor, the process also exits.
 *
 * The exit code is 0 only if the report names no abandoned run, no task escalated and all hosts stopped in time. If
 * several supervisors are stopping, the process exits after the last of these stops, with the highest of their exit
 * codes.
 *
 * After a second SIGINT, the stop may take one more second. A third SIGINT exits immediately with code 130. Programs
 * such as npm send each SIGINT twice, so a SIGINT within one second after the first is ignored.
 *
 * @returns a function that removes the handlers.
 * @throws {@link InvalidOptionError} for an invalid option or supervisor; {@link WrongStateError} in a worker thread, or
 * if the handlers of an earlier call for this supervisor have not been removed.
 */
export function handleSignals(supervisor: StoppableSupervisor, options: SignalOptions = {}): () => void {
  check('supervisor', supervisor, aStoppable)
  if (!isMainThread) {
    throw new WrongStateError(
      'handleSignals() works in the main thread only: a worker thread gets no signals. Call it there, and stop() in the worker',
    )
  }
  const { signals, exitOnEscalation, log, onReport, exit, terminationLog, watchdog, forStop } =
    resolveSignals(options)
  if (handled.has(supervisor)) {
    throw new WrongStateError(
      'handleSignals() was called before for this supervisor. Remove one of the calls, or first call the function that the earlier call returned',
    )
  }
  const clock = new SystemClock()
  const interrupts = new Interrupts()
  let isStopping = false
  let isOver = false
  let hurriedUntil = Number.POSITIVE_INFINITY
  let reporting: Expiry | undefined
  let escalation: ClockTimer | undefined

  const exitAfter = async (begin: () => Promise<ShutdownReport>): Promise<void> => {
    isStopping = true
    // Without the option `exit`, the process exits only after all stops that have begun.
    const leave = options.exit ? exit : exitTogether(exit)
    escalation?.cancel()
    surviveDeadOutput()
    const began = clock.monotonic()
    const report = await begin()
    const line = reportLine(report)
    log(line)
    const flushedMs = clock.monotonic() - began - report.tookMs
    if (flushedMs >= longFlushMs) log(`Observers needed another ${formatMs(flushedMs)} to flush`)
    writeIfThere(terminationLog, line)
    if (onReport) {
      // The stop may have begun before the handlers were added.
      const stopBegan = Math.min(began, clock.monotonic() - report.tookMs)
      const deadline = Math.min(hurriedUntil, stopBegan + report.deadlineMs)
      const ms = Math.max(minReportMs, deadline - clock.monotonic())
      // Without this, the watchdog could kill the process during `onReport`.
      watchdog?.arm(ms)
      reporting = expiresIn(clock, ms)
      await atMost(reporting, () => onReport(report), log)
    }
    isOver = true
    // The option `exit` may keep the process alive, so the watchdog must not kill the process.
    if (options.exit) watchdog?.disarm()
    leave(report.exitCode)
  }
  const stop = (reason: string): void => {
    if (!isStopping) void exitAfter(() => supervisor.stop({ ...forStop, reason }))
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    stop(signal)
    const press = signal === 'SIGINT' ? interrupts.next(clock.monotonic()) : undefined
    if (press === undefined || press === 1) return
    if (press > 2) return exit(128 + constants.signals[signal])
    log(`${signal} again: the stop ends within ${formatMs(hurryMs)}`)
    hurriedUntil = clock.monotonic() + hurryMs
    if (!isOver) watchdog?.arm(hurryMs)
    supervisor.hurry(hurryMs)
    reporting?.shorten(hurryMs)
  }
  const onEvent = (event: SupervisorEvent): void => {
    if (event.type === 'shutdown.started') {
      log(planLine(event.plan, event.reason, event.deadlineMs))
      // Other code has called `stop()`, so the process exits after this stop.
      if (!isStopping) void exitAfter(() => supervisor.stop())
    }
    if (event.type !== 'task.gave-up' || !exhaustions[event.how].escalates) return
    if (!exitOnEscalation || escalation || isStopping) return
    const delayMs = hashToUnit(0, supervisor.instanceId) * escalationSpreadMs
    surviveDeadOutput()
    log(`Task '${event.task}' is given up: the process stops in ${formatMs(delayMs)}`)
    // The timer keeps the process alive. A process without work would exit too early, and with code 0.
    escalation = clock.timer(() => stop(`task '${event.task}' escalated`), delayMs, true)
  }
  const observer: Observer = { name: 'signals', eventTypes: ['shutdown.started', 'task.gave-up'], onEvent }
  const detach = [supervisor.observe(observer, { keepConsole: true })]
  if (watchdog) detach.push(supervisor.observe(watchdog, { keepConsole: true }))
  for (const signal of signals) process.on(signal, onSignal)
  handled.add(supervisor)
  let isOff = false
  return () => {
    if (isOff) return
    isOff = true
    handled.delete(supervisor)
    escalation?.cancel()
    for (const off of detach) off()
    for (const signal of signals) process.off(signal, onSignal)
  }
}

function resolveSignals(options: SignalOptions) {
  checkOptions('handleSignals', options, signalOptions, '', { timeout: 'deadline' })
  const { signals = ['SIGTERM', 'SIGINT'], exitOnEscalation = true, onReport, ...others } = options
  const { terminationLog = '/dev/termination-log', watchdog = false, log, exit, ...forStop } = others
  resolveStop(forStop, 0)
  const logLine = guarded(log ?? toStandardError)
  return {
    signals: [...new Set(signals)],
    exitOnEscalation,
    log: logLine,
    onReport,
    exit: exit ?? ((code: number): void => process.exit(code)),
    terminationLog,
    watchdog: watchdog ? new Watchdog(logLine) : undefined,
    forStop,
  }
}

async function atMost(limit: Expiry, work: () => unknown, log: Log): Promise<void> {
  const failed = (error: unknown): void => {
    const { name, message } = recordError(toError(error))
    log(`onReport failed: ${name}: ${message}`)
  }
  const expired = limit.expired.then(() => log('onReport has not ended: the process exits without it'))
  await Promise.race([expired, (async () => work())().catch(failed)])
  limit.cancel()
}

type Plan = Extract<SupervisorEvent, { type: 'shutdown.started' }>['plan']

function planLine(plan: Plan, reason: string, deadlineMs: number): string {
  const classes = plan
    .filter(({ tasks }) => tasks.length > 0)
    .map(({ priority, tasks: { length } }, index) => {
      const tasks = index > 0 ? '' : length === 1 ? ' task' : ' tasks'
      return `${length}${tasks} of priority ${priority}`
    })
  const why =
    reason in constants.signals ? ` on ${reason}` : ` (${reason === 'stop' ? 'stop() was called' : reason})`
  return `Stopping${why}: ${classes.join(', then ') || 'no tasks'}; at most ${formatMs(deadlineMs)}`
}

/** Returns a shutdown report as one line of text. */
export function reportLine(report: ShutdownReport): string {
  const { tookMs, abandoned, exitCode } = report
  const parts = [`Stopped in ${formatMs(tookMs)}`]
  const names = abandoned.map(({ task, runId, ageMs, endedLate }) => {
    return `${task} (run ${runId}, ${formatMs(ageMs)} old${endedLate ? ', ended late' : ''})`
  })
  const runs = names.length === 1 ? '1 run' : `${names.length} runs`
  parts.push(names.length === 0 ? 'all runs ended' : `${runs} did not end in time: ${names.join(', ')}`)
  parts.push(...otherProblems(report, (tasks) => tasks.join(', ')))
  return `${parts.join('; ')}; exit code ${exitCode}`
}
