import { Supervisor, type TaskOptions } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import * as Sentry from '@sentry/node'
import { type SentryObserverOptions, sentryObserver } from '../src/index.ts'
import type { Receiver } from './receiver.ts'

export function superviseFor(
  receiver: Receiver,
  tasks: readonly TaskOptions[],
  options: SentryObserverOptions = {},
) {
  const clock = new VirtualClock()
  const startAt = clock.now()
  const supervisor = new Supervisor({
    clock,
    observers: [
      sentryObserver(Sentry, {
        clock: {
          now: () => clock.now(),
          setTimer: (callback, ms) => {
            const timer = clock.timer(callback, ms)
            return () => timer.cancel()
          },
        },
        ...options,
      }),
    ],
  })
  for (const task of tasks) supervisor.register(task)
  const received = async () => {
    await Sentry.flush(2_000)
    return receiver.payloads('event').toSorted((a, b) => a.timestamp - b.timestamp)
  }
  return {
    clock,
    supervisor,
    received,
    stop: async () => {
      const stopped = supervisor.stop()
      await clock.advance(30_000)
      await stopped
      return received()
    },
    minutes: (event: { contexts: { runwell: { started_at: string } } }) =>
      Math.round((Date.parse(event.contexts.runwell.started_at) - startAt) / 60_000),
  }
}

export const kinds = (events: readonly { tags: Record<string, unknown> }[]) =>
  events.map(({ tags }) => tags['runwell.kind'])
