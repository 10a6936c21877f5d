import { Supervisor } from '@runwell/core'
import { type EventRecorder, recordEvents, VirtualClock } from '@runwell/core/testing'
import { HostTime } from '../src/testing/host-time.ts'

export interface World {
  readonly clock: VirtualClock
  readonly supervisor: Supervisor
  readonly events: EventRecorder
}

export async function withTime(
  act: (world: World) => unknown,
  startAt = '2026-03-02T00:00:00Z',
): Promise<void> {
  const clock = new VirtualClock({ startAt })
  const events = recordEvents()
  const supervisor = new Supervisor({ clock, observers: [events], seed: 7 })
  const time = new HostTime(clock, [])
  time.install()
  try {
    await supervisor.start()
    await act({ clock, supervisor, events })
    const stopped = supervisor.stop()
    await clock.advance(60_000)
    await stopped
  } finally {
    time.uninstall()
  }
}
