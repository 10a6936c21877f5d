import { Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { freePort } from '../../test/free-port.ts'
import { startTelemetry } from './start-telemetry.ts'

const start = async (register = true) => {
  const warnings: string[] = []
  const telemetry = await startTelemetry({
    serviceName: 'shop',
    traces: false,
    logs: false,
    prometheus: { port: await freePort(), host: '127.0.0.1' },
    register,
    onWarning: (text) => warnings.push(text),
  })
  return { telemetry, warnings }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

describe('the observer of startTelemetry()', () => {
  it('that no supervisor uses for 10 s is reported once, with the cure', async () => {
    const { telemetry, warnings } = await start()

    vi.advanceTimersByTime(9_999)
    expect(warnings).toEqual([])
    vi.advanceTimersByTime(60_000)
    expect(warnings).toEqual([
      'Runwell: for 10 s, no supervisor has used the observer of startTelemetry(), so the exported telemetry contains no task. Pass it: new Supervisor({ observers: [telemetry.observer] }).',
    ])
    await telemetry.shutdown()
  })

  it('is not reported if a supervisor uses it, started or not', async () => {
    const { telemetry, warnings } = await start()
    new Supervisor({ clock: new VirtualClock(), observers: [telemetry.observer] })

    vi.advanceTimersByTime(60_000)
    expect(warnings).toEqual([])
    await telemetry.shutdown()
  })

  it('is not reported after a shutdown, nor if startTelemetry() has set up nothing', async () => {
    const { telemetry, warnings } = await start()
    await telemetry.shutdown()
    const unregistered = await start(false)

    vi.advanceTimersByTime(60_000)
    expect([...warnings, ...unregistered.warnings]).toEqual([])
  })
})
