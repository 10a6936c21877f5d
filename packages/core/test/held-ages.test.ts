import { describe, expect, it } from 'vitest'
import type { Task, TaskOptions } from '../src/index.ts'
import { every, rules } from '../src/index.ts'
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

describe('while a task is paused or on standby', () => {
  it('stale says what it found before the standby, and its numbers stand still', async () => {
    let leads = true
    const { clock, task } = await started({ schedule: everyMinute, run: no, enabled: () => leads })
    await clock.advance('270s')
    leads = false
    await clock.advance('1m')
    const first = reasonOf(task, 'stale')
    await clock.advance('3h')

    // Slots at 0, 1, … 4 min have not succeeded. The standby begins with the slot at 5 min.
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

    // 2 min before the standby and 30 s after it: the due slots are those at 0 and 1 min, and one after the standby.
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

    // 5 failures in 25.5 h, without the hour of the pause.
    expect(task.health().status).toBe('healthy')
  })
})
