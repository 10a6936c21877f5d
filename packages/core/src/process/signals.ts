import { writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import type { ClockTimer } from '../base/clock.ts'
import { SystemClock } from '../base/clock.ts'
import { type Duration, formatMs } from '../base/duration.ts'
import { recordError } from '../base/error-record.ts'
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
import { resolveStop, stopOptions } from '../shell/stopper.ts'
import type { ShutdownReport, StopOptions } from '../shutdown/report.ts'
import { Watchdog } from './watchdog.ts'

/** What {@link handleSignals} needs of a supervisor. */
export interface StoppableSupervisor {
  readonly instanceId: string
  stop(options?: StopOptions): Promise<ShutdownReport>
  hurry(within: Duration): void
  observe(observer: Observer, options: ObserveOptions): () => void
}

/** Options of {@link handleSignals}. */
export interface SignalOptions extends Omit<StopOptions, 'reason'> {
  /** @defaultValue `['SIGTERM', 'SIGINT']` */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /** Stops and exits with 1 when a task escalates. @defaultValue `true` */
  readonly exitOnEscalation?: boolean | undefined
  /** Called with the plan and with the report, one line each. @defaultValue writes to standard error */
  readonly log?: ((line: string) => void) | undefined
  /** Called with the report before the process exits. It may take until the deadline, and always at least one second. */
  readonly onReport?: ((report: ShutdownReport) => unknown) | undefined
  /** @defaultValue `process.exit` */
  readonly exit?: ((code: number) => void) | undefined
  /** A file that receives the report in one line, if it exists and is writable. @defaultValue `'/dev/termination-log'` */
  readonly terminationLog?: string | undefined
  /**
   * Starts a thread during the stop. If the process has not exited 2 s after the deadline because the event loop is blocked,
   * the thread prints the active runs and kills the process (exit code 137).
   * @defaultValue `false`
   */
  readonly watchdog?: boolean | undefined
}

/** No process can handle these two: the operating system acts on them itself. */
const unhandled: readonly string[] = ['SIGKILL', 'SIGSTOP']
const { reason: _, ...withoutReason } = stopOptions
const signalOptions: OptionTable<SignalOptions> = {
  ...withoutReason,
  signals: takes<readonly NodeJS.Signals[]>(
    `a list of signal names such as 'SIGTERM'; ${unhandled.join(' and ')} cannot be handled`,
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
  return typeof signal === 'string' && Object.hasOwn(constants.signals, signal) && !unhandled.includes(signal)
}

const aStoppable = takes<StoppableSupervisor>('a Supervisor', (value) => {
  if (typeof value !== 'object' || value === null) return false
  const { stop, hurry, observe } = value as Partial<StoppableSupervisor>
  return [stop, hurry, observe].every((method) => typeof method === 'function')
})

/** How much time a second signal leaves. */
const hurryMs = 1_000
/** If the flush of observers takes longer than this, it is logged; the report does not include it. */
const longFlushMs = 1_000
/** Delays escalations randomly, so that replicas with the same problem do not exit at the same time. */
const escalationSpreadMs = 30_000

/**
 * Stops `supervisor` in order on SIGTERM or SIGINT, then exits. The exit code is 0 only if no run was abandoned and no task has
 * escalated. A second signal leaves one second; a third exits immediately with 128 plus the number of the signal.
 *
 * @returns a function that removes the handlers.
 * @throws {@link InvalidOptionError} for an invalid option, and if `supervisor` is not a supervisor.
 */
export function handleSignals(supervisor: StoppableSupervisor, options: SignalOptions = {}): () => void {
  check('supervisor', supervisor, aStoppable)
  const { signals, exitOnEscalation, log, onReport, exit, terminationLog, watchdog, forStop } =
    resolveSignals(options)
  const clock = new SystemClock()
  let received = 0
  let isOver = false
  let escalation: ClockTimer | undefined

  const stop = async (reason: string): Promise<void> => {
    escalation?.cancel()
    const began = clock.monotonic()
    const report = await supervisor.stop({ ...forStop, reason })
    const line = reportLine(report)
    log(line)
    const flushedMs = clock.monotonic() - began - report.tookMs
    if (flushedMs >= longFlushMs) log(`Observers needed another ${formatMs(flushedMs)} to flush`)
    writeQuietly(terminationLog, line)
    if (onReport) await atMost(clock, report.deadlineMs - report.tookMs, () => onReport(report), log)
    isOver = true
    // A custom `exit` may keep the process alive.
    if (options.exit) watchdog?.disarm()
    exit(report.exitCode)
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    received += 1
    if (received === 1) return void stop(signal)
    if (received > 2) return exit(128 + constants.signals[signal])
    log(`${signal} again: ${formatMs(hurryMs)} left`)
    if (!isOver) watchdog?.arm(hurryMs)
    supervisor.hurry(hurryMs)
  }
  const onEvent = (event: SupervisorEvent): void => {
    if (event.type === 'shutdown.started') log(planLine(event.plan, event.reason, event.deadlineMs))
    if (event.type !== 'task.gave-up' || !exhaustions[event.how].escalates) return
    if (!exitOnEscalation || escalation) return
    const delayMs = hashToUnit(0, supervisor.instanceId) * escalationSpreadMs
    log(`Task '${event.task}' escalates: the process stops in ${formatMs(delayMs)}`)
    // The timer keeps the process alive: without work it would exit early, with code 0.
    escalation = clock.timer(() => void stop(`task '${event.task}' escalated`), delayMs, true)
  }
  const observer: Observer = { name: 'signals', eventTypes: ['shutdown.started', 'task.gave-up'], onEvent }
  const detach = [supervisor.observe(observer, { keepConsole: true })]
  if (watchdog) detach.push(supervisor.observe(watchdog, { keepConsole: true }))
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    escalation?.cancel()
    for (const off of detach) off()
    for (const signal of signals) process.off(signal, onSignal)
  }
}

function resolveSignals(options: SignalOptions) {
  checkOptions('handleSignals', options, signalOptions, '')
  const { signals = ['SIGTERM', 'SIGINT'], exitOnEscalation = true, onReport, ...others } = options
  const { terminationLog = '/dev/termination-log', watchdog = false, log, exit, ...forStop } = others
  resolveStop(forStop, 0)
  return {
    signals,
    exitOnEscalation,
    log: guarded(log ?? ((line) => void process.stderr.write(`${line}\n`))),
    onReport,
    exit: exit ?? ((code: number): void => process.exit(code)),
    terminationLog,
    watchdog: watchdog ? new Watchdog() : undefined,
    forStop,
  }
}

/** Ignores errors of `log`: they must not stop the shutdown. */
function guarded(log: (line: string) => void): (line: string) => void {
  return (line) => {
    try {
      log(line)
    } catch {
      // There is no other place to report it.
    }
  }
}

/** Waits for `work` at most `ms`, but at least one second. Logs what it throws. */
async function atMost(
  clock: SystemClock,
  ms: number,
  work: () => unknown,
  log: (line: string) => void,
): Promise<void> {
  let timer: ClockTimer | undefined
  const expired = new Promise<void>((resolve) => {
    timer = clock.timer(resolve, Math.max(1_000, ms), true)
  })
  const worked = (async () => work())().catch((error: unknown) => {
    const { name, message } = recordError(toError(error))
    log(`onReport failed: ${name}: ${message}`)
  })
  await Promise.race([expired, worked])
  timer?.cancel()
}

type Plan = Extract<SupervisorEvent, { type: 'shutdown.started' }>['plan']

/** The stop plan as one line: what will be stopped, in which order. */
function planLine(plan: Plan, reason: string, deadlineMs: number): string {
  const classes = plan
    .filter(({ tasks }) => tasks.length > 0)
    .map(({ priority, tasks }) => `${priority} (${tasks.length})`)
  return `Stopping on ${reason}, within ${formatMs(deadlineMs)}: ${classes.join(' → ') || 'no tasks'}`
}

/** A shutdown report as one line. */
export function reportLine(report: ShutdownReport): string {
  const { tookMs, abandoned, escalated, exitCode } = report
  const parts = [`Stopped in ${formatMs(tookMs)}`]
  const names = abandoned.map(({ task, runId, ageMs, endedLate }) => {
    return `${task} (run ${runId}, ${formatMs(ageMs)} old${endedLate ? ', ended late' : ''})`
  })
  parts.push(names.length === 0 ? 'nothing abandoned' : `abandoned: ${names.join(', ')}`)
  if (escalated.length > 0) parts.push(`escalated: ${escalated.join(', ')}`)
  return `${parts.join('; ')}; exit code ${exitCode}`
}

/** Writes the line if the file exists, which is the case in Kubernetes only. */
function writeQuietly(path: string, line: string): void {
  try {
    writeFileSync(path, line, { flag: 'r+' })
  } catch {
    // The file does not exist or is not writable; the line has already been logged.
  }
}
