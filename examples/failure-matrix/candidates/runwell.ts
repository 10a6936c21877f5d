import {
  cron,
  every,
  handleSignals,
  type Schedule,
  Supervisor,
  schedules,
  type Task,
  type TaskBehavior,
} from '@runwell/core'
import {
  type Candidate,
  type Counted,
  dailyAt,
  fortyDaysMs,
  type OverlapWish,
  type Run,
  type Running,
  twoHoursMs,
} from '../candidate.ts'

export const candidate: Candidate = {
  // Without options, Runwell skips a slot while a run is active.
  hasGuard: true,
  everySecond: (run, overlap) => start(run, every('1s'), overlapOf(overlap)),
  everySecondByCron: (run) => start(run, cron('* * * * * *')),
  everySecondLimited: (run, limitMs) => start(run, every('1s'), { timeout: limitMs, abortGrace: '500ms' }),
  daily: (run, inMs) => start(run, cron(dailyAt(inMs), { catchUp: '1d' })),
  dailyInZone: (run, expression, timeZone) => void start(run, cron(expression, { timeZone })),
  everySecondOnOneHost: (run, isChosen) => void start(run, cron('* * * * * *'), { enabled: () => isChosen }),
  handleSignals(report) {
    const supervisor = new Supervisor()
    supervisor.register({ name: 'job', schedule: every('1s'), run: () => {} })
    handleSignals(supervisor, { onReport: report })
    void supervisor.start()
  },
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

function start(run: Run, schedule: Schedule, behavior: TaskBehavior = {}): Running {
  const supervisor = new Supervisor()
  const task = supervisor.register({ name: 'job', schedule, run, ...behavior })
  void supervisor.start()
  return {
    counted: () => countedOf(task),
    async stop(deadlineMs) {
      const report = await supervisor.stop({ deadline: deadlineMs })
      return report.abandoned.map((run) => run.task)
    },
    remove: () => task.unregister(),
    reschedule: () => task.reschedule(schedule),
  }
}

function countedOf(task: Task): Counted {
  const { skipped, missed } = task.metrics()
  return {
    skipped: skipped.overlap + skipped.stuck,
    missed,
    health: task.health().status,
    lastError: task.history()[0]?.error?.message,
  }
}
