import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  fakeTimers,
  pass,
  recording,
  report,
  reported,
  restoreTimers,
  setUp,
} from '../../test/signals-setup.ts'
import { SystemClock } from '../base/clock.ts'
import { reportLine, type SignalOptions } from './signals.ts'

beforeEach(fakeTimers)
afterEach(restoreTimers)

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
    expect(write.mock.calls).toEqual([['Stopped in 1.2 s; all runs ended; exit code 1\n']])
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
      'Stopped in 1.2 s; 2 runs did not end in time: a (run x-1, 900 ms old), b (run x-2, 90 s old); given up: gateway, feed; exit code 1',
    )
  })
})
