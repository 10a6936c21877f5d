import { describe, expect, it } from 'vitest'
import { SeedModel } from './seed-model.ts'
import type { Body, Subject } from './seed-subject.ts'
import { RunwellSubject } from './seed-subject.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

type Scenario = (subject: Subject) => Promise<boolean>

/**
 * The seed is a model of the task manager that preceded Runwell. Each scenario shows a defect that only the seed has.
 */
function defect(name: string, scenario: Scenario): void {
  it(name, async () => {
    expect(await scenario(new RunwellSubject())).toBe(true)
    expect(await scenario(new SeedModel())).toBe(false)
  })
}

function lasting(failures: number): Body {
  let left = failures
  return async ({ sleep }) => {
    left -= 1
    await sleep(second)
    if (left >= 0) throw new Error('down')
    await sleep(300 * day)
  }
}

const fails: Body = () => {
  throw new Error('down')
}

function endsIn(subject: Subject, ms: number, ended: () => void = () => {}): Body {
  return async ({ sleep }) => {
    await sleep(300 * day).catch(() => {})
    await new Promise<void>((resolve) => void subject.clock.timer(resolve, ms))
    ended()
  }
}

async function isOverWithin(subject: Subject, ms: number, work: Promise<unknown>): Promise<boolean> {
  let isOver = false
  void work.then(() => {
    isOver = true
  })
  await subject.clock.advance(ms)
  return isOver
}

describe('monitoring', () => {
  defect(
    'B1: counts the errors of a task that fails on every run and does not report it as healthy',
    async (subject) => {
      subject.add('a', fails, { everyMs: minute })
      await subject.start()
      await subject.clock.advance(10 * minute)

      const { errors, isHealthy } = subject.read('a')
      return errors >= 10 && !isHealthy
    },
  )

  defect('B2: does not report a crashed task as healthy', async (subject) => {
    subject.add('a', lasting(1_000))
    await subject.start()
    await subject.clock.advance(4 * minute)

    return !subject.read('a').isHealthy
  })

  defect('B3: detects a run that hangs', async (subject) => {
    subject.add('a', ({ sleep }) => sleep(300 * day), { everyMs: minute })
    await subject.start()
    await subject.clock.advance(2 * hour)

    return !subject.read('a').isHealthy
  })

  defect('B4: measures how long runs take', async (subject) => {
    subject.add('a', ({ sleep }) => sleep(2 * second), { everyMs: minute })
    await subject.start()
    await subject.clock.advance(10 * minute)

    return Math.abs(subject.read('a').averageMs - 2 * second) < 100
  })

  defect('B5: counts each call of a wrapped function', async (subject) => {
    await subject.start()
    const wrapped = subject.instrument('a', () => 7)
    const value = wrapped()

    return value === 7 && subject.read('a').runs === 1
  })
})

describe('restarts', () => {
  defect('B6: reports a task as healthy again after it has recovered from restarts', async (subject) => {
    subject.add('a', lasting(3))
    await subject.start()
    await subject.clock.advance(day)

    const { isHealthy, isRunning, restarts } = subject.read('a')
    return isHealthy && isRunning && restarts === 3
  })

  defect('B7: does not restart a task that has just recovered', async (subject) => {
    subject.add('a', lasting(1))
    await subject.start()
    await subject.clock.advance(2 * hour)

    return subject.read('a').restarts === 1
  })

  defect('B9: supervises the tasks of a reloaded module', async (subject) => {
    subject.add('a', lasting(0), { owner: 'feeds' })
    await subject.start()
    subject.cancel('a')
    const removed = subject.removeOwner('feeds')
    await subject.clock.advance(second)
    await removed
    subject.add('a', lasting(1), { owner: 'feeds' })
    await subject.clock.advance(hour)

    return subject.read('a').isRunning
  })

  defect('B10: does not restart a task that has finished its work', async (subject) => {
    subject.add('a', ({ sleep }) => sleep(second), { mayEnd: true })
    await subject.start()
    await subject.clock.advance(day)

    return subject.read('a').runs === 1
  })

  defect('B11: restarts a crashed task within seconds', async (subject) => {
    subject.add('a', lasting(1))
    await subject.start()
    await subject.clock.advance(10 * second)

    return subject.read('a').isRunning
  })

  defect('B11: reports a restart only if it happened', async (subject) => {
    subject.add('a', endsIn(subject, 2 * second))
    await subject.start()
    await subject.clock.advance(second)
    subject.cancel('a')
    const isRestarted = await subject.restart('a')
    await subject.clock.advance(10 * second)

    return isRestarted === subject.read('a').isRunning
  })

  defect('B12: rejects a name that is taken and keeps the numbers of its task', async (subject) => {
    subject.add('a', lasting(1), { owner: 'feeds' })
    await subject.start()
    await subject.clock.advance(10 * minute)
    let isRefused = false
    try {
      subject.add('a', lasting(0), { owner: 'mail' })
    } catch {
      isRefused = true
    }

    return isRefused && subject.read('a').restarts === 1
  })

  defect('B13: supervises a task even if checking another one fails', async (subject) => {
    subject.add('broken', lasting(0))
    subject.add('a', lasting(1))
    subject.breakCheck('broken')
    await subject.start()
    await subject.clock.advance(hour)

    return subject.read('a').isRunning
  })

  defect('B14: restarts in time even if the clock was set back', async (subject) => {
    subject.add('a', lasting(2))
    await subject.start()
    await subject.clock.advance(1.5 * second)
    await subject.clock.advance(7 * minute)
    subject.clock.jump(-5 * hour)
    await subject.clock.advance(20 * minute)

    return subject.read('a').isRunning
  })
})

describe('health', () => {
  it('B8: judges by the recent error rate, not by one early error or by a month without errors', async () => {
    const runwell = new RunwellSubject()
    let isDown = true
    const body: Body = () => {
      if (isDown) throw new Error('down')
    }
    runwell.add('a', body, { everyMs: minute })
    await runwell.start()
    await runwell.clock.advance(second)
    isDown = false
    await runwell.clock.advance(2 * minute)
    expect(runwell.read('a').isHealthy).toBe(true)
    await runwell.clock.advance(3 * day)
    isDown = true
    await runwell.clock.advance(hour)
    expect(runwell.read('a').isHealthy).toBe(false)

    const seed = new SeedModel()
    seed.add('a', ({ sleep }) => sleep(60 * day))
    await seed.clock.advance(second)
    seed.recordError('a')
    await seed.clock.advance(2 * minute)
    expect(seed.read('a').isHealthy).toBe(false)
    await seed.clock.advance(3 * day)
    for (let errors = 0; errors < 60; errors += 1) seed.recordError('a')
    expect(seed.read('a').isHealthy).toBe(true)
  })
})

describe('names', () => {
  defect('B15: uses the given category and warns about no name', async (subject) => {
    await subject.start()
    subject.spawn('ban-user', ({ sleep }) => sleep(hour), { category: 'command' })
    await subject.clock.advance(10 * minute)

    return (
      subject.categories()['command'] === 1 &&
      !subject.reported.some((line) => line.startsWith('uncategorized'))
    )
  })
})

describe('shutdown', () => {
  defect('B16: lets active work finish', async (subject) => {
    let isFinished = false
    const body: Body = async ({ sleep }) => {
      await sleep(2 * second)
      isFinished = true
    }
    subject.add('a', body, { everyMs: hour })
    await subject.start()
    await subject.clock.advance(second)
    void subject.shutDown()
    await subject.clock.advance(10 * second)

    return isFinished
  })

  defect('B17: ends in time even if a task does not', async (subject) => {
    subject.add('a', () => new Promise(() => {}))
    await subject.start()
    await subject.clock.advance(second)

    return isOverWithin(subject, 30 * second, subject.shutDown())
  })

  defect('B18: stops the lowest priority first, whatever the names', async (subject) => {
    const order: string[] = []
    const body = (name: string): Body => endsIn(subject, 100, () => order.push(name))
    await subject.start()
    subject.spawn('discord-gateway-1', body('low'), { priority: 'low' })
    subject.spawn('Task-7', body('critical'), { priority: 'critical' })
    subject.spawn('work', body('normal'), { priority: 'normal' })
    await subject.clock.advance(second)
    void subject.shutDown()
    await subject.clock.advance(30 * second)

    return order.join() === 'low,normal,critical'
  })

  defect('B19: leaves no work behind that was started during the shutdown', async (subject) => {
    let isAlive = false
    const late: Body = async ({ sleep }) => {
      isAlive = true
      await sleep(300 * day)
      isAlive = false
    }
    await subject.start()
    subject.spawn(
      'a',
      endsIn(subject, 100, () => subject.spawn('late', late)),
    )
    await subject.clock.advance(second)
    void subject.shutDown()
    await subject.clock.advance(30 * second)

    return !isAlive
  })

  defect('B20: ends even if a task of its own requested it', async (subject) => {
    let isClosed = false
    const main: Body = async ({ sleep }) => {
      await sleep(10 * second)
      isClosed = true
    }
    await subject.start()
    subject.main(main)
    subject.spawn('Task-child', async () => {
      await subject.shutDown()
    })
    await subject.clock.advance(30 * second)

    return isClosed
  })

  defect('B21: follows the priorities when a signal starts it', async (subject) => {
    const order: string[] = []
    const body = (name: string): Body =>
      endsIn(subject, 500, () => order.push(`${name} ${subject.clock.monotonic()}`))
    await subject.start()
    subject.spawn('critical', body('critical'), { priority: 'critical' })
    subject.spawn('low', body('low'), { priority: 'low' })
    subject.signal()
    await subject.clock.advance(30 * second)

    return order.join() === 'low 500,critical 1000'
  })

  defect(
    'B22: stops a waiting task without another run and can start it again immediately',
    async (subject) => {
      let runs = 0
      const body: Body = () => {
        runs += 1
      }
      subject.add('a', body, { everyMs: minute })
      await subject.start()
      await subject.clock.advance(second)
      subject.halt('a')
      await subject.clock.advance(2 * minute)
      const hasStopped = runs === 1
      subject.proceed('a')
      await subject.clock.advance(10 * minute)
      subject.halt('a')
      subject.proceed('a')
      const before = runs
      await subject.clock.advance(10 * minute)

      return hasStopped && runs >= before + 9
    },
  )

  defect('B23: ends the tasks of a module that is unloaded', async (subject) => {
    let runs = 0
    const body: Body = () => {
      runs += 1
    }
    subject.add('a', body, { everyMs: minute, owner: 'feeds' })
    await subject.start()
    await subject.clock.advance(second)
    await subject.removeOwner('feeds')
    await subject.clock.advance(hour)

    return runs === 1
  })
})

describe('telemetry', () => {
  defect('B24: emits events of runs, monitor ticks and the shutdown', async (subject) => {
    subject.add('a', () => {}, { everyMs: minute })
    await subject.start()
    await subject.clock.advance(5 * minute)
    void subject.shutDown()
    await subject.clock.advance(minute)

    return ['run.ended', 'monitor.ticked', 'shutdown.ended'].every((type) => subject.reported.includes(type))
  })

  defect('B25: reports once that a task is given up, not at each check', async (subject) => {
    subject.add('a', fails)
    await subject.start()
    await subject.clock.advance(3 * hour)

    const alarms = subject.reported.filter(
      (line) => line === 'exceeded max restarts' || line === 'rule.opened',
    )
    return alarms.length > 0 && alarms.length <= 2
  })

  defect('B26: wraps a function only once, even if instrumented twice', async (subject) => {
    await subject.start()
    const once = subject.instrument('a', () => 7)
    const twice = subject.instrument('a', once)
    twice()

    return (
      subject.reported.filter((line) => line === 'run.started' || line.startsWith('task.run')).length === 1
    )
  })

  defect('B27: reports the essential attributes of a run', async (subject) => {
    subject.add('a', () => {}, { everyMs: minute })
    await subject.start()
    await subject.clock.advance(minute)

    const expected = ['attempt', 'scheduledAt', 'latenessMs', 'owner', 'priority', 'outcome', 'durationMs']
    return expected.every((name) => subject.attributes().includes(name))
  })
})
