import { describe, expect, it } from 'vitest'
import type { TaskOptions } from '../src/index.ts'
import { always, backoff, loop, retry } from '../src/index.ts'
import { consoleLines, setUp } from './supervised.ts'

type If = NonNullable<Parameters<typeof retry>[1]>['if']

async function attempts(predicate: unknown, run: TaskOptions['run'], options: Partial<TaskOptions> = {}) {
  const { clock, supervisor } = setUp()
  let calls = 0
  const task = supervisor.register({
    name: 'a',
    retry: { times: 2, backoff: backoff.fixed('1s'), if: predicate as If },
    ...options,
    run: (context) => {
      calls += 1
      return run(context)
    },
  })
  await supervisor.start()
  const result = task.trigger()
  await clock.advance('30s')
  return { calls, result: await result }
}

const no = (): never => {
  throw new TypeError('no')
}

describe('retry.if', () => {
  it('decides whether a failed attempt is retried, by its error', async () => {
    const seen: unknown[] = []
    const isType = (error: Error): boolean => {
      seen.push(error.message)
      return error instanceof TypeError
    }
    expect(await attempts(isType, no)).toMatchObject({ calls: 3, result: { outcome: 'failed' } })
    expect(seen).toEqual(['no', 'no'])
    expect(await attempts(isType, () => Promise.reject(new RangeError('far')))).toMatchObject({
      calls: 1,
      result: { outcome: 'failed', error: { message: 'far' } },
    })
  })

  it('is asked again after each attempt', async () => {
    let asked = 0
    expect(await attempts(() => ++asked < 2, no)).toMatchObject({ calls: 2 })
  })

  it('gets the timeout of an attempt that timed out, whatever the function does then', async () => {
    const codes: unknown[] = []
    const predicate = (error: Error): boolean => {
      codes.push((error as { readonly code?: unknown }).code)
      return false
    }
    const run: TaskOptions['run'] = async ({ sleep }) => {
      await sleep('1h')
      throw new Error('other')
    }
    expect(await attempts(predicate, run, { timeout: '1s' })).toMatchObject({
      calls: 1,
      result: { outcome: 'timed-out' },
    })
    expect(codes).toEqual(['RUNWELL_TIMED_OUT'])
  })

  it('is not asked about a success or a cancelled run', async () => {
    expect(await attempts(no, () => 1)).toMatchObject({ calls: 1, result: { outcome: 'succeeded' } })
    const { supervisor, clock } = setUp()
    const lines = consoleLines()
    const run: TaskOptions['run'] = async ({ sleep }) => {
      await sleep('1h')
      no()
    }
    const task = supervisor.register({ name: 'a', retry: retry(2, { if: no }), run })
    const result = task.trigger()
    await clock.advance(0)
    await task.unregister()
    expect(await result).toMatchObject({ outcome: 'cancelled' })
    expect(lines).toEqual([])
  })

  it('that throws or returns no boolean is reported, and the run is retried', async () => {
    const lines = consoleLines()
    const cases: readonly [() => unknown, string][] = [
      [no, 'TypeError: no'],
      [() => undefined, 'TypeError: it must return true or false, returned undefined'],
      [
        () => Promise.reject(new Error('late')),
        'TypeError: it must return true or false, returned a Promise',
      ],
    ]
    for (const [predicate, text] of cases) {
      lines.length = 0
      expect(await attempts(predicate, no)).toMatchObject({ calls: 3, result: { outcome: 'failed' } })
      expect(lines[0]).toBe(`[runwell] Task 'a': retry.if() failed, so the run is retried: ${text}`)
    }
  })

  it('is part of the retry of spawned work', async () => {
    const { supervisor } = setUp()
    let calls = 0
    const fails = (): never => {
      calls += 1
      throw new Error('no')
    }
    const handle = supervisor.spawn('job', fails, { retry: retry(3, { if: () => false }) })

    expect(await handle.outcome).toMatchObject({ outcome: 'failed' })
    expect(calls).toBe(1)
  })

  it('must be a function', () => {
    expect(() => retry(1, { if: true as never })).toThrow('Expected `retry.if` to be a function, got true')
    expect(() =>
      setUp().supervisor.register({ name: 'a', retry: { times: 1, if: 5 as never }, run: no }),
    ).toThrow("Expected `retry.if` to be a function, got 5 (task 'a')")
  })
})

describe('restart.when', () => {
  it.each<readonly [string, () => unknown, string | undefined]>([
    ['throws', no, 'TypeError: no'],
    [
      'returns a promise that rejects',
      () => Promise.reject(new Error('late')),
      'TypeError: it must return true or false, returned a Promise',
    ],
    ['leaves it to the mode', () => undefined, undefined],
  ])('that %s lets the restart mode decide', async (_what, when, fault) => {
    const lines = consoleLines()
    const { clock, supervisor } = setUp()
    const restart = always({ backoff: backoff.fixed('1s'), when: when as () => boolean })
    const task = supervisor.register({ name: 'a', schedule: loop(), restart, run: no })
    await supervisor.start()
    await clock.advance('1s')

    expect(task.metrics().started).toBe(2)
    const text = "[runwell] Task 'a': restart.when() failed, so its restart mode decides"
    expect(lines[0]).toBe(fault && `${text}: ${fault}`)
  })
})
