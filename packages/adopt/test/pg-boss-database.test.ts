import { type ExternalTask, loop, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { expect, it, onTestFinished, vi } from 'vitest'
import { askDatabase } from '../src/pg-boss/database.ts'

it('a database of pg-boss that does not answer is down until it answers', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const clock = new VirtualClock()
  const supervisor = new Supervisor({ clock, observers: [] })
  const lost: (() => void)[] = []
  let isLost = false
  const executeSql = async (): Promise<void> => {
    if (isLost) await new Promise<void>((resolve) => lost.push(resolve))
  }
  const task: ExternalTask = supervisor.external({
    name: 'pg-boss',
    expects: loop(),
    health: { add: [askDatabase({ getDb: () => ({ opened: true, executeSql }) } as never, () => task)] },
  })
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      await clock.advance(1_000)
      await vi.advanceTimersByTimeAsync(1_000)
    }
  }
  await supervisor.start()
  task.up()
  await pass(60_000)
  expect(task.health().status).toBe('healthy')

  isLost = true
  await pass(60_000)
  expect(lost).toHaveLength(1)
  expect(task.health().status).not.toBe('healthy')
  expect(task.metrics().lastError?.message).toBe('the database has not answered for 10 s')

  isLost = false
  for (const answer of lost) answer()
  await pass(60_000)
  expect(task.health().status).toBe('healthy')
})
