import { every, manual } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../src/api/types.ts'
import { askable } from './ask.ts'

async function refusalOf(path: string, body: unknown): Promise<[number, Problem]> {
  const { supervisor, write } = askable()
  const task = supervisor.register({
    name: 'a',
    schedule: every('1h'),
    overlap: { parallel: 2 },
    run: ({ sleep }) => sleep('1h'),
  })
  await supervisor.start()
  void task.trigger()
  const response = await write(`tasks/a/${path}`, body)
  expect([task.paused, task.schedule.info.text, task.active().length]).toEqual([
    false,
    'every 1h from epoch',
    1,
  ])
  return [response.status, (await response.json()) as Problem]
}

describe('the body of a control', () => {
  it('with a misspelt field is refused, so that a pause does not last forever', async () => {
    expect(await refusalOf('pause', { untill: '2030-01-01T00:00:00Z' })).toEqual([
      400,
      { error: 'The field "untill" is unknown.', cure: 'Did you mean `until`?' },
    ])
    expect(await refusalOf('resume', { forever: true })).toEqual([
      400,
      { error: 'The field "forever" is unknown.', cure: 'Known fields: by, reason.' },
    ])
  })

  it.each([
    ['abort', 'runId'],
    ['pause', 'for'],
    ['pause', 'until'],
  ])('of %s with an empty `%s` is refused, as from an unset variable of a shell', async (action, field) => {
    expect(await refusalOf(action, { [field]: '' })).toEqual([
      400,
      { error: `\`${field}\` is empty.`, cure: 'Give it a value, or leave it out.' },
    ])
  })

  it('may have an empty name and an empty reason', async () => {
    const { supervisor, write } = askable()
    supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
    await supervisor.start()
    expect((await write('tasks/a/pause', { by: '', reason: '' })).status).toBe(200)
  })

  it('with a pause beyond the last date is refused', async () => {
    expect(await refusalOf('pause', { for: '999999999999d' })).toEqual([
      400,
      { error: '`for` is too long: "999999999999d".' },
    ])
  })

  it('with a time zone for a period is refused, since the period would ignore it', async () => {
    expect(await refusalOf('reschedule', { every: '1d', timeZone: 'Europe/Berlin' })).toEqual([
      400,
      { error: '`timeZone` has no effect on `every`.', cure: 'Send `cron`, or leave `timeZone` out.' },
    ])
  })

  it('with two schedules is refused', async () => {
    expect(await refusalOf('reschedule', { every: '1d', cron: '0 0 * * *' })).toEqual([
      400,
      { error: 'A task has one schedule.', cure: 'Send `every` or `cron`, not both.' },
    ])
  })
})
