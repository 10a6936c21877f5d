import { every, Supervisor, schedules, type TaskBehavior } from '@runwell/core'
import {
  type Candidate,
  fortyDaysMs,
  type OverlapWish,
  type Run,
  type Running,
  twoHoursMs,
} from '../candidate.ts'

export const candidate: Candidate = {
  // Overlap protection is on by default.
  hasGuard: true,
  everySecond: (run, overlap) => start(run, overlapOf(overlap)),
  everySecondLimited: (run, limitMs) => start(run, { timeout: limitMs, abortGrace: '500ms' }),
  inTwoHours(run) {
    const supervisor = new Supervisor()
    supervisor.register({ name: 'job', schedule: schedules.once({ at: Date.now() + twoHoursMs }), run })
    void supervisor.start()
  },
  inFortyDays(run) {
    const supervisor = new Supervisor()
    supervisor.register({ name: 'job', schedule: every(fortyDaysMs), run })
    void supervisor.start()
  },
}

function overlapOf(wish: OverlapWish = 'default'): TaskBehavior {
  return wish === 'free' ? { overlap: { parallel: 10 } } : {}
}

function start(run: Run, behavior: TaskBehavior): Running {
  const supervisor = new Supervisor()
  const task = supervisor.register({ name: 'job', schedule: every('1s'), run, ...behavior })
  void supervisor.start()
  return {
    counted() {
      const { skipped, missed } = task.metrics()
      return { skipped: skipped.overlap + skipped.stuck, missed, health: task.health().status }
    },
    async stop(deadlineMs) {
      const report = await supervisor.stop({ deadline: deadlineMs })
      return report.abandoned.map((run) => run.task)
    },
  }
}
