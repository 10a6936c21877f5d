import { describe, expect, it } from 'vitest'
import type { Task, TaskOptions } from '../src/index.ts'
import { every, loop, rule, rules } from '../src/index.ts'
import { ignoring, setUp } from './supervised.ts'

const no = (): never => {
  throw new Error('no')
}
const reasonOf = (task: Task, rule: string) => task.health().reasons.find((each) => each.rule === rule)
const everyMinute = every('1m', { immediate: true })

async function started(options: Omit<TaskOptions, 'name'>) {
  const { clock, recorder, supervisor } = setUp()
  const task = supervisor.register({ name: 'a', ...options })
  await supervisor.start()
  const opened = () => recorder.of('rule.opened').map(({ rule }) => rule)
  return { clock, task, opened }
}

function sinceSuccess() {
  const seen: (number | undefined)[] = []
  const look = rule('look', ({ sinceSuccessMs }) => {
    seen.push(sinceSuccessMs)
    return undefined
  })
  return { seen, look }
}

describe('while a task is paused or on standby', () => {
  it('stale says what it found before the standby, and its numbers stand still', async () => {
    let leads = true
    const { clock, task } = await started({ schedule: everyMinute, run: no, enabled: () => leads })
    await clock.advance('270s')
    leads = false
    await clock.advance('1m')
    const first = reasonOf(task, 'stale')
    await clock.advance('3h')

    expect(first).toMatchObject({
      value: 5,
      reason:
        'before the standby: no success although 5 runs were due, limit 3; the oldest was due 5 min ago',
    })
    expect(reasonOf(task, 'stale')).toEqual(first)
  })

  it('stale leaves the standby out when it is over', async () => {
    let leads = true
    const { clock, task } = await started({ schedule: everyMinute, run: no, enabled: () => leads })
    await clock.advance('90s')
    leads = false
    await clock.advance('3h')
    leads = true
    await clock.advance('1m')

    expect(reasonOf(task, 'stale')).toMatchObject({
      value: 3,
      reason: 'no success although 3 runs were due, limit 1; the oldest was due 2.5 min ago',
    })
  })

  it.each(['hung', 'slow'] as const)('%s does not count the pause as time of a live run', async (name) => {
    const health = [rules[name]({ limit: '10m' })]
    const { clock, task, opened } = await started({
      schedule: every('1h', { immediate: true }),
      health,
      run: ignoring,
    })
    await clock.advance('8m')
    task.pause()
    await clock.advance('3h')
    task.resume()
    await clock.advance('1m')

    expect(opened()).toEqual([])
    await clock.advance('2m')
    expect(opened()).toEqual([name])
    expect(reasonOf(task, name)?.value).toBe(11 * 60_000)
  })

  it.each(['hung', 'slow'] as const)('%s keeps the age that a run had before the pause', async (name) => {
    const health = [rules[name]({ limit: '10m' })]
    const { clock, task } = await started({
      schedule: every('1h', { immediate: true }),
      health,
      run: ignoring,
    })
    await clock.advance('12m')
    task.pause()
    await clock.advance('3h')

    expect(reasonOf(task, name)).toMatchObject({
      value: 12 * 60_000,
      reason: expect.stringMatching(/^before the pause: .* 12 min( so far)?, limit 10 min$/),
    })
  })

  it('a beat during the pause counts, and the time after it up to the end of the pause does not', async () => {
    const { clock, task, opened } = await started({
      schedule: every('1d', { immediate: true }),
      health: [rules.hung({ limit: '10m' })],
      run: async ({ beat, sleep }) => {
        beat()
        await sleep('1h')
        beat()
        await sleep('1d')
      },
    })
    await clock.advance('5m')
    task.pause()
    await clock.advance('2h')
    task.resume()
    await clock.advance('9m')

    expect(opened()).toEqual([])
    await clock.advance('2m')
    expect(reasonOf(task, 'hung')?.value).toBe(11 * 60_000)
  })

  it('the time for which an abandoned run has blocked its task does not grow', async () => {
    const { clock, task } = await started({
      schedule: everyMinute,
      timeout: '10s',
      abortGrace: '10s',
      health: [rules.stuck()],
      run: ignoring,
    })
    await clock.advance('1m')
    task.pause()
    await clock.advance('3h')

    expect(reasonOf(task, 'stuck')?.value).toBe(40_000)
    task.resume()
    await clock.advance('20s')
    expect(reasonOf(task, 'stuck')?.value).toBe(60_000)
  })

  it('the failures per hour are counted without the pause', async () => {
    let fails = true
    const { clock, task } = await started({
      schedule: every('1h', { immediate: true, anchor: 'start' }),
      health: [rules.classic()],
      run: () => (fails ? no() : undefined),
    })
    await clock.advance('270m')
    fails = false
    await clock.advance('20h')
    task.pause()
    await clock.advance('1h')
    task.resume()
    await clock.advance('1h')

    expect(task.health().status).toBe('healthy')
  })

  it('the time since the last success does not contain a pause', async () => {
    const { seen, look } = sinceSuccess()
    const { clock, task } = await started({ schedule: every('1d'), health: [look], run: () => {} })
    void task.trigger()
    await clock.advance('4m')
    for (const _ of [1, 2]) {
      task.pause()
      await clock.advance('3h')
      seen.length = 0
      task.resume()
      await clock.advance(0)
    }

    expect(seen[0]).toBe(240_000)
  })

  it('the time since the last success does not contain a standby', async () => {
    let leads = true
    const { seen, look } = sinceSuccess()
    const run: TaskOptions['run'] = ({ sleep }) => sleep('30s')
    const { clock } = await started({ schedule: everyMinute, health: [look], run, enabled: () => leads })
    await clock.advance('270s')
    leads = false
    await clock.advance('3h')
    leads = true
    seen.length = 0
    await clock.advance('1m')

    expect(seen[0]).toBe(30_000)
  })

  it('a success that ends in a pause counts from the end of the pause', async () => {
    const { seen, look } = sinceSuccess()
    const { clock, task } = await started({
      schedule: every('1h', { immediate: true }),
      health: [look],
      run: ({ sleep }) => sleep('2m'),
    })
    await clock.advance('1m')
    task.pause()
    await clock.advance('10m')
    task.resume()
    await clock.advance('30s')

    expect(seen.at(-1)).toBe(0)
    await clock.advance('1m')
    expect(seen.at(-1)).toBe(60_000)
  })

  it('stale with `every` adds the time before the pause, so that pauses do not hide a silent task', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.external({ name: 'hook', health: [rules.stale({ every: '1h', grace: '5m' })] })
    await supervisor.start()
    task.begin().end()
    for (let hour = 0; hour < 3; hour += 1) {
      await clock.advance('25m')
      task.pause()
      await clock.advance('10m')
      task.resume()
    }
    await clock.advance(1)

    expect(reasonOf(task, 'stale')).toMatchObject({
      status: 'degraded',
      reason: 'no success although 1 run was due, limit 1; the oldest was due 15 min ago',
    })
  })

  it('the time since the last restart does not contain the pause', async () => {
    const seen: (number | undefined)[] = []
    const look = rule('look', ({ restarts }) => {
      seen.push(restarts.sinceLastMs)
      return undefined
    })
    const { clock, task } = await started({
      schedule: loop(),
      health: [look],
      run: ({ sleep }) => sleep('1d'),
    })
    void task.restart()
    await clock.advance('2m')
    task.pause()
    await clock.advance('3h')
    seen.length = 0
    task.resume()
    await clock.advance('1s')

    expect(seen[0]).toBe(120_000)
  })
})
