import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { SupervisorEvent } from '../events/events.ts'
import type { Observer } from '../observe/observer.ts'
import type { ShutdownReport, StopOptions } from '../shutdown/report.ts'
import { Supervisor } from '../supervisor.ts'
import type { SignalOptions } from './signals.ts'
import { handleSignals, reportLine } from './signals.ts'

const report: ShutdownReport = {
  reason: 'SIGTERM',
  tookMs: 1_200,
  deadlineMs: 25_000,
  classes: [],
  abandoned: [],
  escalated: [],
  exitCode: 0,
}

function setUp(options: SignalOptions = {}, instanceId = 'x') {
  const calls: unknown[] = []
  const lines: string[] = []
  const observers: Observer[] = []
  const off = handleSignals(
    {
      instanceId,
      stop: async (stopOptions?: StopOptions) => {
        calls.push(stopOptions)
        return report
      },
      hurry: (ms) => void calls.push(ms),
      observe: (observer) => {
        observers.push(observer)
        return () => void observers.splice(observers.indexOf(observer), 1)
      },
    },
    {
      signals: ['SIGUSR2'],
      log: (line) => void lines.push(line),
      exit: (code) => void calls.push(`exit ${code}`),
      ...options,
    },
  )
  const signal = async (): Promise<void> => {
    process.emit('SIGUSR2', 'SIGUSR2')
    await wait(0)
  }
  const emit = (event: object): void => {
    for (const { onEvent } of observers) onEvent?.(event as SupervisorEvent)
  }
  return { calls, lines, observers, off, signal, emit }
}

describe('handleSignals', () => {
  it('refuses a second call for a supervisor, until the handlers of the first are removed', () => {
    const supervisor = new Supervisor({ observers: [] })
    const handle = () => handleSignals(supervisor, { signals: ['SIGUSR2'], log: () => {} })
    const before = process.listenerCount('SIGUSR2')
    const off = handle()

    expect(handle).toThrow('handleSignals() was called before for this supervisor. Remove one of the calls')
    expect(process.listenerCount('SIGUSR2')).toBe(before + 1)
    off()
    const offAgain = handle()
    off()
    expect(handle).toThrow('handleSignals() was called before for this supervisor')
    offAgain()
    expect(process.listenerCount('SIGUSR2')).toBe(before)
  })

  it('stops with the given options, logs it and exits with the code of the report', async () => {
    const seen: unknown[] = []
    const { calls, lines, signal, off } = setUp({
      deadline: '9s',
      onReport: (given) => void seen.push(given),
    })
    await signal()
    off()

    expect(calls).toEqual([{ deadline: '9s', reason: 'SIGUSR2' }, 'exit 0'])
    expect(lines).toEqual(['Stopped in 1.2 s; all runs ended; exit code 0'])
    expect(seen).toEqual([report])
  })

  it.each([
    () => {
      throw new Error('no space left')
    },
    async () => {
      throw new Error('no connection')
    },
  ])('exits even if the log and the report fail, and writes the lines to standard error: %o', async (log) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const { calls, signal, off } = setUp({ log, onReport: () => Promise.reject(Object.create(null)) })
    await signal()
    off()
    const written = write.mock.calls.map(([line]) => line)
    write.mockRestore()

    expect(calls.at(-1)).toBe('exit 0')
    expect(written[0]).toBe('Stopped in 1.2 s; all runs ended; exit code 0\n')
  })

  it('rejects invalid stop options when it is installed, not at the signal', () => {
    const cases: readonly [object, string][] = [
      [{ deadlin: '5s' }, "Unknown option 'deadlin' of `handleSignals`. Did you mean 'deadline'?"],
      [{ deadline: '5' }, 'Expected `deadline` to be'],
      [{ signals: ['TERM'] }, 'Expected `signals` to be'],
      [{ signals: 'SIGTERM' }, 'Expected `signals` to be'],
      [{ before: 5 }, 'Expected `before` to be a function'],
      [{ onReport: 5 }, 'Expected `onReport` to be a function'],
      [{ watchdog: 'yes' }, 'Expected `watchdog` to be true or false'],
      [{ exitOnEscalation: 1 }, 'Expected `exitOnEscalation` to be true or false'],
    ]
    for (const [options, message] of cases) expect(() => setUp(options)).toThrow(message)
    expect(process.listenerCount('SIGUSR2')).toBe(0)
  })

  it.each([
    ['SIGTERM', 'on SIGTERM'],
    ['a run asked for it', '(a run asked for it)'],
    ['stop', '(stop() was called)'],
  ])('logs what will be stopped before it happens, and exits after a stop on %s', async (reason, how) => {
    const { calls, lines, emit, off } = setUp()
    const plan = [
      { priority: 'low', tasks: ['a', 'b'] },
      { priority: 'normal', tasks: [] },
      { priority: 'critical', tasks: ['c'] },
    ]
    emit({ type: 'shutdown.started', plan, reason, deadlineMs: 25_000 })
    await wait(0)
    off()

    expect(lines).toEqual([
      `Stopping ${how}: 2 tasks of priority low, then 1 of priority critical; at most 25 s`,
      'Stopped in 1.2 s; all runs ended; exit code 0',
    ])
    expect(calls).toEqual([undefined, 'exit 0'])
  })

  it('says so if there is nothing to stop', () => {
    const { lines, emit, off } = setUp()
    emit({ type: 'shutdown.started', plan: [], reason: 'stop', deadlineMs: 500 })
    off()

    expect(lines).toEqual(['Stopping (stop() was called): no tasks; at most 500 ms'])
  })

  it('handles a signal once, even if that is listed twice', async () => {
    const { calls, signal, off } = setUp({ signals: ['SIGUSR2', 'SIGUSR2'] })
    await signal()
    off()

    expect(calls).toEqual([{ reason: 'SIGUSR2' }, 'exit 0'])
  })

  it('removes everything when it is uninstalled', async () => {
    const { calls, observers, off } = setUp({ watchdog: true })
    off()

    expect(observers).toEqual([])
    expect(process.listenerCount('SIGUSR2')).toBe(0)
    expect(calls).toEqual([])
  })
})

describe('an escalation', () => {
  const gaveUp = { type: 'task.gave-up', how: 'escalate', task: 'gateway' }

  it('stops the process once, each instance after its own delay', async () => {
    const delays = new Set<string>()
    let stopped: readonly unknown[] | undefined
    for (let id = 0; stopped === undefined; id += 1) {
      const { calls, lines, emit, off } = setUp({}, `instance-${id}`)
      emit(gaveUp)
      emit({ ...gaveUp, task: 'other' })
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(/^Task 'gateway' is given up: the process stops in .+/)
      delays.add(lines[0] ?? '')
      if (/in \d?\d(\.\d)? ms$/.test(lines[0] ?? '')) {
        await wait(150)
        stopped = calls
      }
      off()
    }

    expect(stopped).toEqual([{ reason: "task 'gateway' escalated" }, 'exit 0'])
    expect(delays.size).toBeGreaterThan(10)
  })

  it('stops nothing if that is disabled', () => {
    const { lines, emit, off } = setUp({ exitOnEscalation: false })
    emit(gaveUp)
    emit({ ...gaveUp, how: 'stop' })
    off()

    expect(lines).toEqual([])
  })
})

describe('reportLine', () => {
  it('names the abandoned runs and the escalated tasks', () => {
    const abandoned = [
      {
        task: 'a',
        owner: 'app',
        priority: 'low',
        runId: 'x-1',
        ageMs: 90_000,
        endedLate: false,
        lastBeat: undefined,
      } as const,
    ]

    expect(reportLine({ ...report, abandoned, escalated: ['gateway'], exitCode: 1 })).toBe(
      'Stopped in 1.2 s; 1 run did not end in time: a (run x-1, 90 s old); given up: gateway; exit code 1',
    )
  })
  it('names the tasks whose hosts did not stop, since they are why the exit code is 1', () => {
    const classes = [{ priority: 'normal', tookMs: 9, tasks: ['job', 'poll'], abandoned: ['job'] }] as const

    expect(reportLine({ ...report, classes, exitCode: 1 })).toBe(
      'Stopped in 1.2 s; all runs ended; not stopped by their hosts in time: job; exit code 1',
    )
  })
})
