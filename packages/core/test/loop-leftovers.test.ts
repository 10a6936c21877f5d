import { describe, expect, it } from 'vitest'
import type { TaskOptions } from '../src/index.ts'
import { always, backoff, every, loop, manual } from '../src/index.ts'
import { consoleLines, deferred, setUp } from './supervised.ts'

const restart = always({ backoff: backoff.fixed('1s'), budget: { restarts: 100, within: '10m' } })

describe('a loop that forgets to await its work', () => {
  it('leaves no work behind in each generation: the signal is aborted once the generation has returned', async () => {
    consoleLines()
    const { clock, supervisor } = setUp()
    let pumps = 0
    const reasons: unknown[] = []
    const run: TaskOptions['run'] = ({ signal, sleep }) => {
      const pump = async (): Promise<void> => {
        pumps += 1
        while (!signal.aborted) await sleep('10s')
        reasons.push(signal.reason)
        pumps -= 1
      }
      void pump()
    }
    const task = supervisor.register({ name: 'a', schedule: loop(), restart, run })
    await supervisor.start()
    await clock.advance('5500ms')

    expect(task.metrics().started).toBe(6)
    expect(pumps).toBe(0)
    expect(reasons[0]).toMatchObject({
      code: 'RUNWELL_ABORTED',
      abortedFor: 'ended',
      message: "The run of task 'a' has ended",
    })
    expect(task.lastRun).toMatchObject({ outcome: 'succeeded', error: undefined })
  })

  it('gets a lint and one console line after three generations that returned within 50 ms', async () => {
    const lines = consoleLines()
    const { clock, supervisor } = setUp()
    const text =
      'Its function returned within 50 ms three times in a row. A loop should run until its signal is aborted. Did you forget to await its work?'
    supervisor.register({ name: 'a', schedule: loop(), restart, run: ({ sleep }) => sleep('50ms') })
    const lints = (): unknown =>
      supervisor.explain('a').lints.filter(({ lint }) => lint === 'returns-at-once')
    await supervisor.start()
    await clock.advance('2s')
    expect([lines, lints()]).toEqual([[], []])
    await clock.advance('5m')

    expect(lines).toEqual([`[runwell] Task 'a': ${text}`])
    expect(lints()).toEqual([{ lint: 'returns-at-once', text }])
  })

  it.each<readonly [string, TaskOptions['run']]>([
    ['lives longer', ({ sleep }) => sleep('51ms')],
    ['throws', () => Promise.reject(new Error('no'))],
    ['is restarted in between', ({ runId, sleep }) => sleep(runId.endsWith('3') ? '1s' : 0)],
  ])('is not suspected if it %s', async (_what, run) => {
    const lines = consoleLines()
    const { clock, supervisor } = setUp()
    supervisor.register({ name: 'a', schedule: loop(), restart, run })
    await supervisor.start()
    await clock.advance('3500ms')

    expect(lines).toEqual([])
    expect(supervisor.explain('a').lints.map(({ lint }) => lint)).not.toContain('returns-at-once')
  })
})

describe('what a run has left running', () => {
  async function abortsAfter(
    options: Partial<TaskOptions>,
    end: () => unknown = () => {},
  ): Promise<unknown[]> {
    const { clock, supervisor } = setUp()
    const causes: unknown[] = []
    supervisor.register({
      name: 'a',
      restart: options.schedule?.info.restarts ? restart : undefined,
      ...options,
      run: ({ signal }) => {
        signal.addEventListener('abort', () => causes.push(signal.reason.abortedFor))
        return end()
      },
    })
    await supervisor.start()
    await supervisor.task('a')?.trigger()
    await clock.advance(10)
    return causes
  }

  it('ends with a generation that returned or threw, and with each attempt of it', async () => {
    const no = (): never => {
      throw new Error('no')
    }
    expect(await abortsAfter({ schedule: loop() })).toEqual(['ended', 'ended'])
    expect(await abortsAfter({ schedule: loop() }, no)).toEqual(['ended', 'ended'])
    expect(
      await abortsAfter({ schedule: loop(), retry: { times: 1, backoff: backoff.fixed(5) } }, no),
    ).toContain('ended')
  })

  it('is never aborted after a run of another schedule, because listeners may undo its work', async () => {
    expect(await abortsAfter({ schedule: manual() })).toEqual([])
    expect(await abortsAfter({ schedule: every('1s', { immediate: true }) })).toEqual([])
    expect(
      await abortsAfter({ schedule: every('1s', { immediate: true }) }, () =>
        Promise.reject(new Error('no')),
      ),
    ).toEqual([])
  })

  it('is not aborted a second time after a stop', async () => {
    const { clock, supervisor } = setUp()
    const gate = deferred()
    const causes: unknown[] = []
    supervisor.register({
      name: 'a',
      schedule: loop(),
      run: ({ signal }) => {
        signal.addEventListener('abort', () => causes.push(signal.reason.abortedFor))
        return gate.promise
      },
    })
    await supervisor.start()
    await clock.advance(0)
    const stopping = supervisor.stop()
    await clock.advance(0)
    gate.resolve()
    await clock.advance(0)
    await stopping

    expect(causes).toEqual(['shutdown'])
  })
})
