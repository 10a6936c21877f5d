import { expect, it } from 'vitest'
import { always, backoff, every, loop, retry } from '../src/index.ts'
import { VirtualClock } from '../src/testing/index.ts'
import { setUp } from './supervised.ts'

class ProcessClock extends VirtualClock {
  override now(): number {
    return Math.floor(super.now())
  }

  override monotonic(): number {
    return super.monotonic() + 0.1
  }
}

it('events report instants and waits in whole milliseconds', async () => {
  const clock = new ProcessClock()
  const { supervisor, recorder } = setUp({ clock })
  const seconds = backoff.exponential({ initial: '999ms' })
  const budget = { restarts: 2, within: '1m' } as const
  for (const name of ['a', 'b'])
    supervisor.register({
      name,
      schedule: loop(),
      restart: always({ backoff: seconds, budget }),
      run: () => {},
    })
  supervisor.register({
    name: 'retried',
    schedule: every('10s', { jitter: '1s' }),
    retry: retry(1, { backoff: backoff.fixed('250ms', { jitter: 0.5 }) }),
    run: () => {
      throw new Error('no')
    },
  })
  await supervisor.start()
  await clock.advance(30_000)
  clock.block(25_000)
  await clock.advance(60_000)
  const times = recorder.events.flatMap((event) =>
    Object.entries(event).filter(([key]) => /^(at|from|to|since|.+At|delayMs|spacedMs)$/.test(key)),
  )

  for (const key of ['scheduledAt', 'dueAt', 'trialAt', 'from', 'to', 'since', 'delayMs', 'spacedMs'])
    expect(times.map(([name]) => name)).toContain(key)
  const fractions = times.filter(([, value]) => typeof value === 'number' && !Number.isInteger(value))
  expect(fractions).toEqual([])
})

it('a wait of 120 ms is reported as 120', async () => {
  const clock = new ProcessClock()
  const { supervisor, recorder } = setUp({ clock })
  const restart = always({ backoff: backoff.fixed('120ms', { jitter: 0 }) })
  supervisor.register({ name: 'a', schedule: loop(), restart, run: () => {} })
  await supervisor.start()
  await clock.advance(1_000)

  expect(new Set(recorder.of('restart.scheduled').map(({ delayMs }) => delayMs))).toEqual(new Set([120]))
})
