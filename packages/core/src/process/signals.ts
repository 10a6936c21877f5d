import { writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { checkKeys, optionalBoolean, optionalFunction, text } from '../base/check.ts'
import type { ClockTimer } from '../base/clock.ts'
import { SystemClock } from '../base/clock.ts'
import { type Duration, formatMs } from '../base/duration.ts'
import { recordError } from '../base/error-record.ts'
import { InvalidOptionError, toError } from '../base/errors.ts'
import type { SupervisorEvent } from '../events/events.ts'
import type { Observer } from '../observe/observer.ts'
import { exhaustions } from '../restart/exhaustion.ts'
import { hashToUnit } from '../schedule/jitter.ts'
import { resolveStop } from '../shell/stopper.ts'
import type { ShutdownReport, StopOptions } from '../shutdown/report.ts'
import { Watchdog } from './watchdog.ts'

/** What signals need of a supervisor. */
interface Stoppable {
  readonly instanceId: string
  stop(options?: StopOptions): Promise<ShutdownReport>
  hurry(within: Duration): void
  watch(observer: Observer): () => void
}

/** Options of {@link handleSignals}. */
export interface SignalOptions extends Omit<StopOptions, 'reason'> {
  /** @defaultValue `['SIGTERM', 'SIGINT']` */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /** Stops and exits with 1 when a task escalates. @defaultValue `true` */
  readonly exitOnEscalation?: boolean | undefined
  /** Where the plan and the report go, a line each. @defaultValue the standard error stream */
  readonly log?: ((line: string) => void) | undefined
  /** Called with the report, before the process exits; it is waited for until the deadline, and one second at least. */
  readonly onReport?: ((report: ShutdownReport) => unknown) | undefined
  /** @defaultValue `process.exit` */
  readonly exit?: ((code: number) => void) | undefined
  /** Gets the report in one line, where it can be written. @defaultValue `'/dev/termination-log'` */
  readonly terminationLog?: string | undefined
  /**
   * A thread that kills the process when it has not exited 2 s after the deadline, because the event loop is held; it
   * prints the live runs first. The exit code is 137 then. The thread is there only while a stop lasts.
   * @defaultValue `false`
   */
  readonly watchdog?: boolean | undefined
}

const keys = [
  'signals',
  'exitOnEscalation',
  'log',
  'onReport',
  'exit',
  'terminationLog',
  'watchdog',
  'deadline',
  'classGrace',
  'drain',
  'drainDelay',
  'before',
]

/** A second signal leaves so much time. */
const hurryMs = 1_000
/** From here on it is told how long observers flushed, which the report does not hold. */
const longFlushMs = 1_000
/** Replicas that escalate for one reason do not fall in one moment. */
const escalationSpreadMs = 30_000

/**
 * Stops `supervisor` in order on SIGTERM or SIGINT, then exits: with 0 only if nothing was abandoned and nothing had
 * escalated. A second signal leaves one second, a third exits at once with 128 and its number.
 *
 * @returns the call that takes the handlers away again.
 * @throws {@link InvalidOptionError} for options that make no sense: at the signal it would be too late.
 */
export function handleSignals(supervisor: Stoppable, options: SignalOptions = {}): () => void {
  const { signals, exitOnEscalation, log, onReport, exit, terminationLog, watchdog, stopOptions } =
    resolveSignals(options)
  const clock = new SystemClock()
  let received = 0
  let isOver = false
  let escalation: ClockTimer | undefined

  const stop = async (reason: string): Promise<void> => {
    escalation?.cancel()
    const began = clock.monotonic()
    const report = await supervisor.stop({ ...stopOptions, reason })
    const line = reportLine(report)
    log(line)
    const flushedMs = clock.monotonic() - began - report.tookMs
    if (flushedMs >= longFlushMs) log(`Observers took ${formatMs(flushedMs)} more to send what they held`)
    writeQuietly(terminationLog, line)
    if (onReport) await atMost(clock, report.deadlineMs - report.tookMs, () => onReport(report), log)
    isOver = true
    // The process of whoever exits in another way may well live on.
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
    // Else the process could end before, by itself and with 0, for want of work.
    escalation = clock.timer(() => void stop(`task '${event.task}' escalated`), delayMs, true)
  }
  const detach = [
    supervisor.watch({ name: 'signals', eventTypes: ['shutdown.started', 'task.gave-up'], onEvent }),
  ]
  if (watchdog) detach.push(supervisor.watch(watchdog))
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    escalation?.cancel()
    for (const off of detach) off()
    for (const signal of signals) process.off(signal, onSignal)
  }
}

function resolveSignals(options: SignalOptions) {
  checkKeys('handleSignals', options, keys)
  const { signals = ['SIGTERM', 'SIGINT'], log, onReport, exit, ...others } = options
  const { exitOnEscalation, terminationLog = '/dev/termination-log', watchdog, ...stopOptions } = others
  if (!Array.isArray(signals) || !signals.every((signal) => signal in constants.signals)) {
    throw new InvalidOptionError('signals', "a list of names of signals such as 'SIGTERM'", signals)
  }
  resolveStop(stopOptions, 0)
  return {
    signals: signals as readonly NodeJS.Signals[],
    exitOnEscalation: optionalBoolean('exitOnEscalation', exitOnEscalation) ?? true,
    log: guarded(optionalFunction('log', log) ?? ((line) => void process.stderr.write(`${line}\n`))),
    onReport: optionalFunction('onReport', onReport),
    exit: optionalFunction('exit', exit) ?? ((code: number): void => process.exit(code)),
    terminationLog: text('terminationLog', terminationLog, 1_000),
    watchdog: optionalBoolean('watchdog', watchdog) ? new Watchdog() : undefined,
    stopOptions,
  }
}

/** A log that fails must not keep the process from its end. */
function guarded(log: (line: string) => void): (line: string) => void {
  return (line) => {
    try {
      log(line)
    } catch {
      // There is nobody left to tell.
    }
  }
}

/** Waits for `work`, but for no longer than `ms`, and one second at least; what it throws is logged. */
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

/** What will be stopped, and in which order, before it happens. */
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
  const names = abandoned.map((run) => `${run.task} (run ${run.runId}, ${formatMs(run.ageMs)} old)`)
  parts.push(names.length === 0 ? 'nothing abandoned' : `abandoned: ${names.join(', ')}`)
  if (escalated.length > 0) parts.push(`escalated: ${escalated.join(', ')}`)
  return `${parts.join('; ')}; exit code ${exitCode}`
}

/** The file is there in Kubernetes only. */
function writeQuietly(path: string, line: string): void {
  try {
    writeFileSync(path, line, { flag: 'r+' })
  } catch {
    // Not in a container, or not writable: the line is in the log already.
  }
}
