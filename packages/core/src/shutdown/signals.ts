import { writeFileSync } from 'node:fs'
import { SystemClock } from '../clock.ts'
import { formatMs } from '../duration.ts'
import type { SupervisorEvent } from '../events.ts'
import type { Observer } from '../observer.ts'
import { share } from '../schedule/jitter.ts'
import type { ShutdownReport, StopOptions } from './report.ts'

/** What signals need of a supervisor. */
interface Stoppable {
  readonly instanceId: string
  stop(options?: StopOptions): Promise<ShutdownReport>
  hurry(ms: number): void
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
  /** Called with the report, before the process exits. */
  readonly onReport?: ((report: ShutdownReport) => unknown) | undefined
  /** @defaultValue `process.exit` */
  readonly exit?: ((code: number) => void) | undefined
  /** Gets the report in one line, where it can be written. @defaultValue `'/dev/termination-log'` */
  readonly terminationLog?: string | undefined
}

/** A second signal leaves so much time. */
const hurryMs = 1_000
/** Replicas that escalate for one reason do not fall in one moment. */
const escalationSpreadMs = 30_000

/**
 * Stops `supervisor` in order on SIGTERM or SIGINT, then exits: with 0 only if nothing was abandoned and nothing had
 * escalated. A second signal leaves one second, a third exits at once with 128 and its number.
 *
 * @returns the call that takes the handlers away again.
 */
export function handleSignals(supervisor: Stoppable, options: SignalOptions = {}): () => void {
  const { signals = ['SIGTERM', 'SIGINT'], exitOnEscalation = true, onReport } = options
  const {
    signals: _signals,
    exitOnEscalation: _exit,
    log: _log,
    onReport: _report,
    exit: _leave,
    ...rest
  } = options
  const { terminationLog = '/dev/termination-log', ...stopOptions } = rest
  const log = options.log ?? ((line: string) => void process.stderr.write(`${line}\n`))
  const exit = options.exit ?? ((code: number) => process.exit(code))
  const clock = new SystemClock()
  let received = 0

  const stop = async (reason: string): Promise<void> => {
    const report = await supervisor.stop({ ...stopOptions, reason })
    const line = reportLine(report)
    log(line)
    writeQuietly(terminationLog, line)
    try {
      await onReport?.(report)
    } finally {
      exit(report.exitCode)
    }
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    received += 1
    if (received === 1) return void stop(signal)
    if (received === 2) {
      log(`${signal} again: ${formatMs(hurryMs)} left`)
      return supervisor.hurry(hurryMs)
    }
    exit(128 + (signalNumbers[signal] ?? 0))
  }
  const onEvent = (event: SupervisorEvent): void => {
    if (event.type === 'shutdown.started') log(planLine(event.plan, event.reason, event.deadlineMs))
    if (event.type !== 'task.gave-up' || event.how !== 'escalate' || !exitOnEscalation) return
    const delayMs = spread(supervisor.instanceId) * escalationSpreadMs
    log(`Task '${event.task}' escalates: the process stops in ${formatMs(delayMs)}`)
    clock.timer(() => void stop(`task '${event.task}' escalated`), delayMs, false)
  }
  const detach = supervisor.watch({ name: 'signals', onEvent })
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    detach()
    for (const signal of signals) process.off(signal, onSignal)
  }
}

const signalNumbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGTERM: 15,
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

/** A share from 0 to 1 that is fixed for the instance. */
function spread(instanceId: string): number {
  return share(0, instanceId)
}

/** The file is there in Kubernetes only. */
function writeQuietly(path: string, line: string): void {
  try {
    writeFileSync(path, line, { flag: 'r+' })
  } catch {
    // Not in a container, or not writable: the line is in the log already.
  }
}
