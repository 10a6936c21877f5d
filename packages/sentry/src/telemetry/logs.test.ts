import { every, Supervisor } from '@runwell/core'
import { MemoryFleet, VirtualClock } from '@runwell/core/testing'
import { expect, it } from 'vitest'
import type { SentryLike } from '../sdk/sentry-like.ts'
import { Logs } from './logs.ts'

it('logs an outage of the fleet once for each status, however many tasks it has', async () => {
  const lines: string[] = []
  const write = (text: string): void => void lines.push(text.replace(/task-\d/, 'task').replace(/: .*;/, ';'))
  const logger = { debug: write, info: write, warn: write, error: write }
  const logs = new Logs({ logger } as unknown as SentryLike)
  const clock = new VirtualClock()
  const fleet = new MemoryFleet()
  const observer = { name: 'logs', onEvent: (event: Parameters<Logs['onEvent']>[0]) => logs.onEvent(event) }
  const supervisor = new Supervisor({ clock, fleet: fleet.member(), observers: [observer], env: {} })
  for (let n = 0; n < 5; n += 1)
    supervisor.register({ name: `task-${n}`, scope: 'service', schedule: every('1s'), run: () => {} })
  await supervisor.start()
  await clock.advance('10s')
  fleet.storeDown()
  await clock.advance('50s')
  fleet.storeUp()
  await clock.advance('20s')

  const others = '; other tasks of the memory fleet with the same change are not logged'
  expect(lines.filter((line) => / was (healthy|degraded|unhealthy)/.test(line))).toEqual([
    `Task 'task' is degraded, was healthy${others}`,
    `Task 'task' is unhealthy, was degraded${others}`,
    `Task 'task' is healthy, was unhealthy${others}`,
  ])
})
