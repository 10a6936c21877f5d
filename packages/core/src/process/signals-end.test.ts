import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SystemClock } from '../base/clock.ts'
import type { SupervisorEvent } from '../events/events.ts'
import type { Observer } from '../observe/observer.ts'
import type { ShutdownReport, StopOptions } from '../shutdown/report.ts'
import { handleSignals, reportLine, type SignalOptions } from './signals.ts'
import { Watchdog } from './watchdog.ts'

const report: ShutdownReport = {
  reason: 'SIGTERM',
  tookMs: 1_200,
  deadlineMs: 5_000,
  classes: [],
  abandoned: [],
  escalated: [],
  exitCode: 0,
}
const reported = 'Stopped in 1.2 s; nothing abandoned; exit code 0'

/** A supervisor whose stop resolves with `ended`: immediately with `endsAtOnce`, otherwise when the test calls `end`. */
function setUp(options: SignalOptions, ended: ShutdownReport = report, endsAtOnce = true) {
  const stops: unknown[] = []
  const observers: Observer[] = []
  let end = (): void => {}
  const off = handleSignals(
    {
      instanceId: 'x',
      stop: (stopOptions?: StopOptions) => {
        stops.push(stopOptions)
        if (endsAtOnce) return Promise.resolve(ended)
        return new Promise((resolve) => {
          end = () => resolve(ended)
        })
      },
      hurry: (ms) => void stops.push(ms),
      observe: (observer) => {
        observers.push(observer)
        return () => void observers.splice(observers.indexOf(observer), 1)
      },
    },
    options,
  )
  const emit = (event: object): void => {
    for (const { onEvent } of observers.slice(0, 1)) onEvent?.(event as SupervisorEvent)
  }
  return { stops, observers, off, emit, end: () => end() }
}

/** Options that leave the process alone and record its log lines and exit codes. */
function recording(options: SignalOptions = {}) {
  const lines: string[] = []
  const codes: number[] = []
  const all: SignalOptions = {
    signals: ['SIGUSR2'],
    log: (line) => void lines.push(line),
    exit: (code) => void codes.push(code),
    ...options,
  }
  return { lines, codes, all }
}

/** The process ends through real timers and a real `process.exit`: both are faked here, nothing else is. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}

describe('handleSignals without options', () => {
  it('listens to SIGTERM and SIGINT', () => {
    const before = [process.listenerCount('SIGTERM'), process.listenerCount('SIGINT')]
    const { off } = setUp({})
    const during = [process.listenerCount('SIGTERM'), process.listenerCount('SIGINT')]
    off()
    const after = [process.listenerCount('SIGTERM'), process.listenerCount('SIGINT')]

    expect(during).toEqual(before.map((count) => count + 1))
    expect(after).toEqual(before)
  })

  it('logs to standard error, starts no watchdog and exits the process', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never)
    const { observers, off } = setUp({ signals: ['SIGUSR2'] }, { ...report, exitCode: 1 })

    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(0)
    off()

    expect(observers).toHaveLength(0)
    expect(write.mock.calls).toEqual([['Stopped in 1.2 s; nothing abandoned; exit code 1\n']])
    expect(exit.mock.calls).toEqual([[1]])
  })

  it('adds one observer, which has a name', () => {
    const { observers, off } = setUp({})

    expect(observers.map(({ name }) => name)).toEqual(['signals'])
    off()
  })
})

describe('observers that still flush', () => {
  it.each([
    [7_200, [reported, 'Observers needed another 6 s to flush']],
    [2_199, [reported]],
  ])(
    'are logged only if the stop took at least a second longer than reported: %i ms',
    async (tookMs, expected) => {
      const { lines, all } = recording()
      const { end, off } = setUp(all, report, false)

      process.emit('SIGUSR2', 'SIGUSR2')
      await pass(tookMs)
      end()
      await pass(0)
      off()

      expect(lines).toEqual(expected)
    },
  )
})

describe('the process', () => {
  it('stays alive while an escalation or onReport is pending', async () => {
    const timer = vi.spyOn(SystemClock.prototype, 'timer')
    const { emit, off } = setUp(recording({ onReport: () => new Promise(() => {}) }).all)

    emit({ type: 'task.gave-up', how: 'escalate', task: 'gateway' })
    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(0)
    off()

    expect(timer.mock.calls.map(([, , ref]) => ref)).toEqual([true, true])
  })
})

describe('the termination log', () => {
  it('is overwritten with the report, but not created if it is missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'runwell-signals-'))
    const path = join(folder, 'termination-log')
    const missing = join(folder, 'missing')
    writeFileSync(path, '')
    const first = recording({ terminationLog: path })
    const second = recording({ terminationLog: missing })

    for (const { all } of [first, second]) {
      const { off } = setUp(all)
      process.emit('SIGUSR2', 'SIGUSR2')
      await pass(0)
      off()
    }

    expect(readFileSync(path, 'utf8')).toBe(reported)
    expect(() => readFileSync(missing)).toThrow('ENOENT')
    expect(second.codes).toEqual([0])
    rmSync(folder, { recursive: true })
  })

  it.each(['x', 'a longer line of an earlier process; '.repeat(9)])(
    'holds nothing but the report, whatever it held before: %s',
    async (earlier) => {
      const folder = mkdtempSync(join(tmpdir(), 'runwell-signals-'))
      const path = join(folder, 'termination-log')
      writeFileSync(path, earlier)

      const { off } = setUp(recording({ terminationLog: path }).all)
      process.emit('SIGUSR2', 'SIGUSR2')
      await pass(0)
      off()

      expect(readFileSync(path, 'utf8')).toBe(reported)
      rmSync(folder, { recursive: true })
    },
  )

  it('may be a device, which cannot be truncated', async () => {
    const { codes, all } = recording({ terminationLog: '/dev/null' })
    const { off } = setUp(all)
    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(0)
    off()

    expect(codes).toEqual([0])
  })
})

describe('onReport', () => {
  const never = (): Promise<never> => new Promise(() => {})

  it('is awaited until the deadline', async () => {
    const { codes, all } = recording({ onReport: never })
    const { off } = setUp(all)

    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(3_799)
    expect(codes).toEqual([])

    await pass(1)
    expect(codes).toEqual([0])
    off()
  })

  it('gets only what the flush has left of the deadline', async () => {
    const { codes, all } = recording({ onReport: never })
    const { end, off } = setUp(all, report, false)

    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(3_500)
    end()
    await pass(1_499)
    expect(codes).toEqual([])

    await pass(1)
    expect(codes).toEqual([0])
    off()
  })

  it('is logged if it does not end in time', async () => {
    const { lines, all } = recording({ onReport: never })
    const { off } = setUp(all)

    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(3_800)
    off()

    expect(lines).toEqual([reported, 'onReport has not ended: the process exits without it'])
  })

  it.each([100, 900])('gets one more second after a second SIGINT, %i ms after the report', async (ms) => {
    const { stops, codes, all } = recordedStops(never)
    process.emit('SIGINT', 'SIGINT')
    await pass(1_500)
    all.end()
    await pass(ms)

    process.emit('SIGINT', 'SIGINT')
    await pass(999)
    expect(codes).toEqual([])
    await pass(1)
    expect(codes).toEqual([0])
    expect(stops).toEqual([{ reason: 'SIGINT' }, 1_000])
    all.off()
  })

  it('gets one second if a second SIGINT came before the report', async () => {
    const { codes, all } = recordedStops(never)
    process.emit('SIGINT', 'SIGINT')
    await pass(1_100)
    process.emit('SIGINT', 'SIGINT')
    await pass(400)
    all.end()

    await pass(999)
    expect(codes).toEqual([])
    await pass(1)
    expect(codes).toEqual([0])
    all.off()
  })

  /** Handles SIGINT for a supervisor that reports when the test calls `end`, and has 60 s. */
  function recordedStops(onReport: SignalOptions['onReport']) {
    const { codes, all: options } = recording({ signals: ['SIGINT'], onReport })
    const all = setUp(options, { ...report, deadlineMs: 60_000 }, false)
    return { stops: all.stops, codes, all }
  }

  it('gets one second even if the deadline has passed', async () => {
    const { codes, all } = recording({ onReport: never })
    const { off } = setUp(all, { ...report, tookMs: 5_000 })

    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(999)
    expect(codes).toEqual([])

    await pass(1)
    expect(codes).toEqual([0])
    off()
  })

  it('leaves no timer behind when it is done', async () => {
    const { codes, all } = recording({ onReport: () => {} })
    const { off } = setUp(all)

    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(0)
    off()

    expect(codes).toEqual([0])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('may throw, which is logged', async () => {
    const onReport = (): never => {
      throw new TypeError('no socket')
    }
    const { codes, lines, all } = recording({ onReport })
    const { off } = setUp(all)

    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(0)
    off()

    expect(lines).toEqual([reported, 'onReport failed: TypeError: no socket'])
    expect(codes).toEqual([0])
  })
})

describe('an escalation', () => {
  const gaveUp = { type: 'task.gave-up', how: 'escalate', task: 'gateway' }

  it('waits for half a minute at most and stops the process once', async () => {
    const { stops, codes, emit, off } = { ...recording(), ...started() }
    emit(gaveUp)
    await pass(30_000)
    emit(gaveUp)
    await pass(30_000)
    off()

    expect(stops).toEqual([{ reason: "task 'gateway' escalated" }])
    expect(codes).toEqual([])
  })

  it('is ignored while the process stops', async () => {
    const { lines, all } = recording()
    const { stops, emit, off } = setUp(all, report, false)
    process.emit('SIGUSR2', 'SIGUSR2')
    emit(gaveUp)
    await pass(60_000)
    off()

    expect(stops).toEqual([{ reason: 'SIGUSR2' }])
    expect(lines).toEqual([])
  })

  it('requests no stop if the process is stopping anyway', async () => {
    const { stops, emit, off } = started()
    emit(gaveUp)
    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(60_000)
    off()

    expect(stops).toEqual([{ reason: 'SIGUSR2' }])
  })

  it('is cancelled together with the handlers', async () => {
    const { stops, emit, off } = started()
    emit(gaveUp)
    off()
    await pass(60_000)

    expect(stops).toEqual([])
  })

  it('follows only a loop that gave up in order to escalate', async () => {
    const { stops, emit, off } = started()
    emit({ ...gaveUp, how: 'stop' })
    emit({ ...gaveUp, how: 'park' })
    emit({ ...gaveUp, type: 'task.restarting' })
    await pass(60_000)
    off()

    expect(stops).toEqual([])
  })

  it('does not stop the process if that is disabled', async () => {
    const { stops, emit, off } = started({ exitOnEscalation: false })
    emit(gaveUp)
    await pass(60_000)
    off()

    expect(stops).toEqual([])
  })

  function started(options: SignalOptions = {}) {
    return setUp(recording(options).all)
  }
})

describe('the watchdog', () => {
  function watched(options: SignalOptions) {
    const calls: string[] = []
    vi.spyOn(Watchdog.prototype, 'arm').mockImplementation((ms) => void calls.push(`arm ${ms}`))
    vi.spyOn(Watchdog.prototype, 'disarm').mockImplementation(() => void calls.push('disarm'))
    return { calls, ...setUp({ watchdog: true, ...options }, report, false) }
  }

  it('observes, is armed again by a second SIGINT, and is disarmed when the stop has ended', async () => {
    const { calls, observers, stops, end, off } = watched(recording({ signals: ['SIGINT'] }).all)
    expect(observers.map(({ name }) => name)).toEqual(['signals', 'watchdog'])

    process.emit('SIGINT', 'SIGINT')
    await pass(1_001)
    process.emit('SIGINT', 'SIGINT')
    expect(calls).toEqual(['arm 1000'])
    expect(stops).toEqual([{ reason: 'SIGINT' }, 1_000])

    end()
    await pass(0)
    expect(calls).toEqual(['arm 1000', 'disarm'])
    off()
    expect(observers).toEqual([])
  })

  it('is not armed by a signal after the stop', async () => {
    const { calls, end, off } = watched(recording({ signals: ['SIGINT'] }).all)

    process.emit('SIGINT', 'SIGINT')
    end()
    await pass(1_001)
    process.emit('SIGINT', 'SIGINT')
    off()

    expect(calls).toEqual(['disarm'])
  })

  it('gives onReport its time, also after a long flush', async () => {
    const onReport = (): Promise<never> => new Promise(() => {})
    const { calls, end, off } = watched(recording({ onReport }).all)

    process.emit('SIGUSR2', 'SIGUSR2')
    await pass(4_700)
    end()
    await pass(1_000)
    off()

    expect(calls).toEqual(['arm 1000', 'disarm'])
  })

  it('watches a process that exits by itself until the very end', async () => {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never)
    const { calls, end, off } = watched({ ...recording().all, exit: undefined })

    process.emit('SIGUSR2', 'SIGUSR2')
    end()
    await pass(0)
    off()

    expect(exit.mock.calls).toEqual([[0]])
    expect(calls).toEqual([])
  })
})

describe('invalid options of handleSignals', () => {
  it.each([
    [5, '`handleSignals` to be an object of options'],
    [{ signals: ['TERM'] }, "`signals` to be a list of signal names such as 'SIGTERM'"],
    [{ signals: ['SIGTERM', 'TERM'] }, '`signals` to be'],
    [{ signals: ['SIGTERM', 'SIGKILL'] }, "`signals` to be signals that a process can handle, got 'SIGKILL'"],
    [{ signals: ['SIGSTOP'] }, '`signals` to be'],
    [{ log: 'stderr' }, '`log` to be a function'],
    [{ exit: 1 }, '`exit` to be a function'],
    [{ onReport: 1 }, '`onReport` to be a function'],
    [{ terminationLog: '' }, '`terminationLog` to be a text of 1 to 1000 characters'],
    [{ watchdog: 1 }, '`watchdog` to be true or false'],
    [{ exitOnEscalation: 1 }, '`exitOnEscalation` to be true or false'],
    [{ classGrace: -1 }, '`classGrace` to be'],
    [{ drain: 1 }, '`drain` to be'],
    [{ drainDelay: -1 }, '`drainDelay` to be'],
  ])('are rejected: %o', (options, message) => {
    const listening = process.listenerCount('SIGTERM')
    expect(() => setUp(options as SignalOptions)).toThrow(message)
    expect(process.listenerCount('SIGTERM')).toBe(listening)
  })

  it('do not include any of the documented ones', () => {
    const { off } = setUp({
      ...recording().all,
      exitOnEscalation: true,
      onReport: () => {},
      terminationLog: '/nowhere/at-all',
      watchdog: true,
      deadline: '5s',
      classGrace: '1s',
      drain: true,
      drainDelay: 0,
      before: () => {},
    })
    off()
  })
})

describe('reportLine', () => {
  it('lists all abandoned runs and all escalated tasks', () => {
    const run = (task: string, runId: string, ageMs: number) =>
      ({ task, owner: 'app', priority: 'low', runId, ageMs, endedLate: false, lastBeat: undefined }) as const

    const line = reportLine({
      ...report,
      abandoned: [run('a', 'x-1', 900), run('b', 'x-2', 90_000)],
      escalated: ['gateway', 'feed'],
      exitCode: 1,
    })

    expect(line).toBe(
      'Stopped in 1.2 s; abandoned: a (run x-1, 900 ms old), b (run x-2, 90 s old); escalated: gateway, feed; exit code 1',
    )
  })
})
