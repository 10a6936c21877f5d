import { every, type RunContext } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import type { TaskDetail } from '../src/api/types.ts'
import { filledLink, valuesOfRun } from '../src/page/state/link-values.ts'
import { askable } from './ask.ts'

const logs = 'https://logs.example.com/?q=run_id%3D{run_id}&from={from}&to={to}'

describe('a link to another tool', () => {
  it('to the logs of a run covers a minute before and after the run', () => {
    const startedAt = Date.parse('2026-03-01T12:00:00Z')
    const run = { runId: 'r 1', startedAt, endedAt: startedAt + 5_000, annotations: undefined }

    expect(filledLink(logs, valuesOfRun('mail', run))).toBe(
      'https://logs.example.com/?q=run_id%3Dr%201&from=2026-03-01T11%3A59%3A00.000Z&to=2026-03-01T12%3A01%3A05.000Z',
    )
  })

  it('can contain any key of an annotation, such as that of an adopted job', () => {
    const run = { runId: 'r', startedAt: undefined, endedAt: undefined, annotations: { 'job.id': '7/8' } }

    expect(filledLink('https://q.example.com/{job.id}', valuesOfRun('mail', run))).toBe(
      'https://q.example.com/7%2F8',
    )
    expect(filledLink('https://q.example.com/{job.name}', valuesOfRun('mail', run))).toBeUndefined()
    expect(filledLink('https://q.example.com/{constructor}', valuesOfRun('mail', run))).toBeUndefined()
  })

  it('is left out without a value for a placeholder', () => {
    const run = { runId: 'r', startedAt: undefined, endedAt: undefined, annotations: { trace_id: 'abc' } }

    expect(filledLink(logs, valuesOfRun('mail', run))).toBeUndefined()
    expect(filledLink('https://t.example.com/{trace_id}?task={task}', valuesOfRun('mail', run))).toBe(
      'https://t.example.com/abc?task=mail',
    )
    expect(filledLink(undefined, {})).toBeUndefined()
  })

  it('has the start of a failed run, also if the task has succeeded since', async () => {
    const asked = askable({})
    const work = ({ trigger }: RunContext): void => {
      if (trigger === 'manual') throw new Error('no mail')
    }
    const schedule = every('1h')
    const task = asked.supervisor.register({ name: 'mail', schedule, run: work })
    await asked.supervisor.start()
    await task.trigger().catch(() => {})
    const { lastError, history } = await asked.read<TaskDetail>('tasks/mail')
    await asked.console.close()

    expect(lastError).toMatchObject({ startedAt: history[0]?.startedAt, at: history[0]?.startedAt })
  })
})
