import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fakeTimers, pass, recording, report, restoreTimers, setUp } from '../../test/signals-setup.ts'
import type { SignalOptions } from './signals.ts'
import { Watchdog } from './watchdog.ts'

beforeEach(fakeTimers)
afterEach(restoreTimers)

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
    [{ signals: ['SIGTERM', 'SIGKILL'] }, 'SIGKILL and SIGSTOP cannot be handled, got'],
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
