import { manual, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { expect, it, vi } from 'vitest'
import { adoptedTask } from '../src/base/adopted-tasks.ts'

it('a job that cannot be adopted while its owner is disposed of has one warning, and none after the stop', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const clock = new VirtualClock()
  const supervisor = new Supervisor({ clock, observers: [], env: {} })
  const owner = supervisor.owner('mails')
  const adopt = () => adoptedTask(supervisor, {}, () => false, { name: 'imap', owner: 'mails' })
  let adopted: unknown = 'nothing'
  const run = () => {
    void owner.dispose()
    adopted = adopt() ?? adopt()
  }
  const task = owner.register({ name: 'poll', schedule: manual(), run })
  await supervisor.start()
  void task.trigger()
  await clock.advance('1s')

  expect(adopted).toBeUndefined()
  expect(warn.mock.calls).toEqual([
    [
      "Runwell: Task 'imap' cannot be registered while its owner 'mails' is being disposed of. Await dispose() first. So the runs of this job are not supervised.",
      expect.anything(),
    ],
  ])
  await Promise.all([supervisor.stop(), clock.advance('1m')])
  expect(adopt()).toBeUndefined()
  expect(warn).toHaveBeenCalledOnce()
  warn.mockRestore()
})
