import { vi } from 'vitest'
import type { SupervisorEvent } from '../src/events/events.ts'
import type { Observer } from '../src/observe/observer.ts'
import { handleSignals, type SignalOptions } from '../src/process/signals.ts'
import type { ShutdownReport, StopOptions } from '../src/shutdown/report.ts'

export const report: ShutdownReport = {
  reason: 'SIGTERM',
  tookMs: 1_200,
  deadlineMs: 5_000,
  classes: [],
  abandoned: [],
  escalated: [],
  exitCode: 0,
}
export const reported = 'Stopped in 1.2 s; all runs ended; exit code 0'

export function setUp(options: SignalOptions, ended: ShutdownReport = report, endsAtOnce = true) {
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

export function recording(options: SignalOptions = {}) {
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

export function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
}

export function restoreTimers(): void {
  vi.useRealTimers()
  vi.restoreAllMocks()
}

export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}
