import { Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { freePort } from '../../test/free-port.ts'
import { otelObserver } from '../otel-observer.ts'
import { startTelemetry } from './start-telemetry.ts'

const key = Symbol.for('@runwell/otel/attachedObservers')
const shared = globalThis as { [key]?: number }

async function start(register = true) {
  const warnings: string[] = []
  const telemetry = await startTelemetry({
    serviceName: 'shop',
    traces: false,
    logs: false,
    prometheus: { port: await freePort(), host: '127.0.0.1' },
    register,
    onWarning: (text) => warnings.push(text),
  })
  const shutdown = (): Promise<void> => {
    vi.useRealTimers()
    return telemetry.shutdown()
  }
  return { observer: telemetry.observer, shutdown, warnings }
}

beforeEach(() => {
  delete shared[key]
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => void vi.useRealTimers())

describe('the observer of startTelemetry()', () => {
  it('that no supervisor uses for 60 s is reported once, with the cure', async () => {
    const { shutdown, warnings } = await start()

    vi.advanceTimersByTime(59_999)
    expect(warnings).toEqual([])
    vi.advanceTimersByTime(120_000)
    expect(warnings).toEqual([
      'Runwell: no supervisor has used the observer of startTelemetry() for 60 s, so the exported telemetry contains no task. Pass it: new Supervisor({ observers: [telemetry.observer] }).',
    ])
    await shutdown()
  })

  it('is not reported if a supervisor uses it, started or not', async () => {
    const { observer, shutdown, warnings } = await start()
    new Supervisor({ clock: new VirtualClock(), observers: [observer] })

    vi.advanceTimersByTime(120_000)
    expect(warnings).toEqual([])
    await shutdown()
  })

  it('is not reported if a supervisor uses otelObserver(), which finds the SDK of startTelemetry()', async () => {
    const { shutdown, warnings } = await start()
    new Supervisor({ clock: new VirtualClock(), observers: [otelObserver()] })

    vi.advanceTimersByTime(120_000)
    expect(warnings).toEqual([])
    await shutdown()
  })

  it('is not reported after a shutdown, nor if startTelemetry() has set up nothing', async () => {
    const { shutdown, warnings } = await start()
    await shutdown()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const unregistered = await start(false)

    vi.advanceTimersByTime(120_000)
    expect([...warnings, ...unregistered.warnings]).toEqual([])
  })
})
