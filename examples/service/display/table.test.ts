import type { TaskReport } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { tableLines } from './table.ts'

const plain = (_: unknown, text: string) => text

const poll: TaskReport = {
  name: 'feeds.poll',
  owner: 'feeds',
  category: 'poller',
  priority: 'high',
  schedule: 'every 500ms',
  state: 'waiting',
  paused: false,
  pausedUntil: undefined,
  nextRunAt: 10_400,
  nextRestartAt: undefined,
  health: {
    status: 'degraded',
    since: 9_000,
    flapping: false,
    reasons: [
      {
        rule: 'error-rate',
        status: 'degraded',
        value: 0.1,
        limit: 0.05,
        reason: '10 % of runs failed',
        since: 9_000,
      },
    ],
  },
  runs: {
    started: 41,
    succeeded: 37,
    failed: 2,
    timedOut: 1,
    cancelled: 1,
    abandoned: 0,
    skipped: 0,
    missed: 0,
    restarts: 0,
    active: 0,
    consecutiveFailures: 0,
  },
  durationMs: { p50: 12, p95: 38.4, p99: 2_000 },
  lastSuccessAt: 9_900,
  lastFailureAt: 9_000,
  lastError: undefined,
}

const live: TaskReport = {
  ...poll,
  name: 'chat.live',
  owner: 'chat',
  priority: 'critical',
  state: 'backing-off',
  nextRunAt: undefined,
  nextRestartAt: 11_500,
  health: { status: 'healthy', since: 0, flapping: false, reasons: [] },
  runs: { ...poll.runs, started: 4, failed: 3, timedOut: 0, restarts: 3 },
  durationMs: { p50: undefined, p95: undefined, p99: undefined },
}

describe('tableLines', () => {
  it('shows one line per task, by owner, with the reason of its health', () => {
    const lines = tableLines([poll, live], 10_000, 120, plain)

    expect(lines.map((line) => line.trimEnd())).toEqual([
      'TASK             OWNER    PRIORITY STATE        RUNS ERRORS    P95   NEXT RESTARTS HEALTH',
      'chat.live        chat     critical backing-off     4      3      -   1.5s        3 healthy',
      'feeds.poll       feeds    high     waiting        41      3   38ms  400ms        0 degraded: 10 % of runs failed',
    ])
  })

  it.each([48, 60, 80, 100, 160])('fits on a terminal of %i columns', (width) => {
    const widths = tableLines([poll, live], 10_000, width, plain).map((line) => line.length)

    expect(Math.max(...widths)).toBeLessThanOrEqual(width)
  })

  it('drops columns on a narrow terminal, but not the health', () => {
    const [head = '', , row = ''] = tableLines([poll, live], 10_000, 80, plain)

    expect(head).not.toContain('OWNER')
    expect(row).toContain('degraded')
  })
})
