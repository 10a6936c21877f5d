import { expect, it, vi } from 'vitest'
import { cron, every } from '../src/index.ts'
import { TaskRecord } from '../src/shell/task-record.ts'
import { setUp } from './supervised.ts'

it('a task whose slots run in time keeps no extra fields, because a service may have 100,000 tasks', async () => {
  const created = vi.spyOn(TaskRecord.prototype, 'extras', 'get')
  const { clock, supervisor } = setUp({ startAt: '2026-03-02T00:00:00Z' })
  supervisor.register({ name: 'a', schedule: every('1m'), run: () => {} })
  supervisor.register({ name: 'b', schedule: every('1h'), run: () => {} })
  supervisor.register({ name: 'c', schedule: cron('*/5 * * * *'), run: () => {} })
  await supervisor.start()

  await clock.advance('3h')

  expect(created).not.toHaveBeenCalled()
})
