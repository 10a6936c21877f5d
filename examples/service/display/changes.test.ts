import { every, type SupervisorEvent, type TaskInfo } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { changeText } from './changes.ts'

const info: TaskInfo = {
  name: 'feeds.poll',
  owner: 'feeds',
  category: 'poller',
  priority: 'high',
  scope: 'instance',
  schedule: every('500ms').info,
  timeoutMs: 2_000,
  runbook: undefined,
  slo: undefined,
  trace: undefined,
}
const task = { seq: 0, at: 0, task: 'feeds.poll', info }
const run = {
  ...task,
  runId: 'r1',
  trigger: 'schedule',
  attempt: 1,
  scheduledAt: 0,
  annotations: undefined,
} as const
const ended = {
  ...run,
  type: 'run.ended',
  startedAt: 0,
  durationMs: 31,
  syncMs: 0,
  latenessMs: 0,
  generation: 1,
  abortedFor: undefined,
  lastBeatAt: undefined,
} as const

describe('changeText', () => {
  const lines: readonly (readonly [SupervisorEvent, string])[] = [
    [
      { ...ended, outcome: 'failed', error: new TypeError('fetch failed') },
      'feeds.poll failed after 31ms: TypeError: fetch failed',
    ],
    [{ ...ended, outcome: 'cancelled', error: undefined }, 'feeds.poll cancelled after 31ms'],
    [
      {
        ...task,
        type: 'restart.scheduled',
        cause: 'threw',
        delayMs: 250,
        spacedMs: 0,
        streak: 0,
        dueAt: 250,
        error: undefined,
      },
      'feeds.poll restarts in 250ms (it threw)',
    ],
    [
      { ...task, type: 'task.parked', cause: 'threw', parks: 1, trialAt: 20_000, error: undefined },
      'feeds.poll is parked; next trial in 20s',
    ],
    [
      {
        ...task,
        type: 'control.performed',
        control: 'pause',
        by: 'ada (token)',
        reason: 'OPS-1',
        result: 'done',
        runId: undefined,
      },
      "Task 'feeds.poll': ada (token) paused it (OPS-1)",
    ],
    [
      { seq: 0, at: 0, type: 'loop.blocked', ms: 150, suspect: undefined, measured: [], active: [] },
      'the event loop was blocked for 150ms',
    ],
    [
      {
        seq: 0,
        at: 0,
        type: 'shutdown.class-ended',
        priority: 'low',
        tookMs: 2_000,
        tasks: ['a', 'b'],
        abandoned: ['b'],
      },
      'stopped low in 2.0s: a, b; abandoned b',
    ],
  ]
  it.each(lines)('describes a change in one line (%#)', (event, text) => {
    expect(changeText(event)).toBe(text)
  })

  it('returns nothing for events that went as planned', () => {
    expect(changeText({ ...ended, outcome: 'succeeded', error: undefined })).toBeUndefined()
  })
})
