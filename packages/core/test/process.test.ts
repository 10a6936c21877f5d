import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Ending } from './programs/child.ts'
import { Child } from './programs/child.ts'

const deadlineMs = 1_500
const options = JSON.stringify({ deadline: deadlineMs })

async function stopped(behaviors: readonly string[], afterMs: number, ...args: string[]): Promise<Ending> {
  const child = new Child('service', behaviors.join(), ...(args.length > 0 ? args : [options]))
  await child.wrote('ready')
  await wait(afterMs)
  await child.wrote('') // `tookMs` is counted from here
  child.signal('SIGTERM')
  return child.ended()
}

function expectOrderly(ending: Ending, behaviors: readonly string[]): void {
  const context = `${behaviors.join()}\n${ending.output}`
  expect(ending.output, context).toMatch(/Stopped in .+; exit code \d/)
  expect(ending.output, context).not.toContain('escaped')
  expect(ending.signal, context).toBeNull()
  expect(ending.tookMs, context).toBeLessThan(deadlineMs + 2_000)
  const [, abandoned = ''] = /did not end in time: (.+); exit code/.exec(ending.output) ?? []
  expect(ending.code, context).toBe(abandoned === '' ? 0 : 1)
  expect(abandoned.includes('ignores'), context).toBe(behaviors.includes('ignores'))
  expect(abandoned, context).not.toMatch(/polite|critical|throws|rejects/)
}

describe.concurrent('a process that gets SIGTERM', { timeout: 30_000 }, () => {
  const moments = fc.sample(fc.nat(600), { numRuns: 3, seed: 7 })

  it.each([
    [['polite', 'slow', 'throws', 'rejects', 'critical']],
    [['ignores', 'polite', 'registers', 'critical']],
    [['blocks', 'spawns', 'rejects', 'stops']],
  ])('stops in order and in time: %j', async (behaviors) => {
    expectOrderly(await stopped(behaviors, moments.pop() ?? 0), behaviors)
  })

  it('logs its plan, the result and the abandoned runs', async () => {
    const { output, code } = await stopped(['ignores', 'critical'], 100)

    const [plan, report] = output.split('\n').slice(-3)
    expect(plan).toBe(
      'Stopping on SIGTERM: 1 task of priority normal, then 1 of priority critical; at most 1.5 s',
    )
    expect(report).toMatch(
      /^Stopped in .+s; 1 run did not end in time: ignores-0 \(run .+ old\); exit code 1$/,
    )
    expect(code).toBe(1)
  })

  it('is not blocked by a failing observer or a failing report', async () => {
    const failing = JSON.stringify({ deadline: deadlineMs, after: 'throws' })
    const ending = await stopped(['polite', 'throws'], 100, failing, 'failing')

    expectOrderly(ending, ['polite'])
    expect(ending.output).toContain('onReport failed: Error: report')
  })

  it('is not blocked by `before` or a report that never ends', async () => {
    const ending = await stopped(['polite'], 50, JSON.stringify({ deadline: deadlineMs, after: 'never' }))

    expectOrderly(ending, ['polite'])
  })

  it('is killed by its watchdog if the event loop is blocked forever', async () => {
    const watched = JSON.stringify({ deadline: '500ms', watchdog: true })
    const { output, signal, tookMs } = await stopped(['blocks-for-ever', 'ignores'], 50, watched)

    expect(output).toMatch(
      /event loop is blocked.+Active runs: blocks-for-ever-0 \(run .+\), ignores-1 \(run .+\)\n$/,
    )
    expect(signal).toBe('SIGKILL')
    expect(tookMs).toBeGreaterThan(2_400)
    expect(tookMs).toBeLessThan(4_500)
  })

  it('is not killed by its watchdog if the stop ends in time', async () => {
    const watched = JSON.stringify({ deadline: deadlineMs, watchdog: true })

    expectOrderly(await stopped(['ignores', 'blocks'], 50, watched), ['ignores'])
  })
})

describe.concurrent('a process', { timeout: 30_000 }, () => {
  it('cannot handle signals in a worker thread', async () => {
    const child = new Child('alive', 'worker')
    await child.wrote('ready')
    const { code, output } = await child.ended()

    expect(output).toContain('WrongStateError: handleSignals() works in the main thread only')
    expect(code).toBe(0)
  })

  it.each([
    [['nothing', 'manual', 'paused', 'once', 'instrumented', 'spawned', 'unregistered']],
    [['stopped']],
  ])('exits by itself when nothing is left to do: %j', async (cases) => {
    const child = new Child('alive', cases.join())
    await child.wrote('ready')
    const ending = await child.ended()

    expect(ending).toMatchObject({ code: 0, signal: null })
    expect(ending.output).toContain('end 0')
    expect(ending.tookMs).toBeLessThan(3_000)
  })

  it.each(['slot', 'loop', 'backoff'])(
    'stays alive while a started task has something to do: %s',
    async (what) => {
      const child = new Child('alive', what)
      await child.wrote('ready')
      await wait(500)
      expect(child.isAlive).toBe(true)
      child.signal('SIGKILL')
      await child.ended()
    },
  )
})

describe('a process that is frozen, like a container, and continues', () => {
  it('reports the lost slots, suspects no task and is healthy again', {
    timeout: 30_000,
  }, async () => {
    const child = new Child('frozen')
    await child.wrote('ready')
    await wait(300)
    child.signal('SIGSTOP')
    await wait(2_000)
    child.signal('SIGCONT')
    await child.wrote('run.missed')
    await child.wrote('loop.blocked')
    await wait(500)
    child.signal('SIGTERM')
    const { output, code } = await child.ended()

    const events = output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
    const missed = events.find(({ type, count }) => type === 'run.missed' && count >= 17)
    const blocked = events.find(({ type, ms }) => type === 'loop.blocked' && ms > 1_800)
    expect(missed, output).toMatchObject({ task: 'poll', atLeast: false })
    expect(blocked, output).toBeDefined()
    expect(blocked.suspect).toBeUndefined()
    expect(output).toMatch(/missed \d+, healthy\n$/)
    expect(code).toBe(0)
  })
})

const rounds = Number(process.env['RUNWELL_PROCESS_ROUNDS'] ?? 0)

// Each round starts a process, which is slow. So there are no rounds by default.
if (rounds > 0) {
  const behaviors = fc.subarray(
    ['polite', 'critical', 'slow', 'ignores', 'throws', 'rejects', 'blocks', 'stops', 'registers', 'spawns'],
    { minLength: 1 },
  )

  it(`a process stops in order and in time, ${rounds} times at random`, { timeout: rounds * 10_000 }, () =>
    fc.assert(
      fc.asyncProperty(behaviors, fc.nat(600), async (chosen, afterMs) => {
        expectOrderly(await stopped(chosen, afterMs), chosen)
      }),
      { numRuns: rounds, endOnFailure: true },
    ),
  )
}
