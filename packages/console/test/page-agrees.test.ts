import { always, backoff, every, loop, manual } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import type { Timeline } from '../src/api/timeline.ts'
import type { DueRun, Snapshot, StreamedEvent, TaskDetail } from '../src/api/types.ts'
import { askable } from './ask.ts'

const textsOf = ({ findings }: TaskDetail): readonly string[] => findings.map(({ text }) => text)

describe('what happened before', () => {
  it('is kept although a task with a short period fills the ring of events', async () => {
    const { supervisor, clock, write, read } = askable({ keepEvents: 100 })
    supervisor.register({ name: 'rare', schedule: manual(), run: () => {} })
    supervisor.register({ name: 'busy', schedule: every('100ms'), run: () => {} })
    supervisor.register({
      name: 'render',
      schedule: every('1h', { immediate: true }),
      run: () => clock.block('300ms'),
    })
    await supervisor.start()
    await write('tasks/rare/pause', { by: 'ada', reason: 'OPS-1' })
    await clock.advance('2m')

    const { changes } = await read<TaskDetail>('tasks/rare')
    const { process } = await read<Snapshot>('snapshot')

    // The 1,200 runs emit 2,400 events. The console keeps only 100 events in its ring.
    expect(changes.map(({ type }) => type)).toEqual(['control.performed', 'task.started', 'task.registered'])
    expect(process.notices.map(({ text }) => text)).toEqual([
      'The event loop was blocked for 300 ms, most likely by render. Nothing else ran meanwhile.',
    ])
  })

  it('is shown by the view of events, newest first', async () => {
    const { supervisor, clock, read } = askable()
    supervisor.register({ name: 'a', schedule: every('1m'), run: () => {} })
    supervisor.register({ name: 'b', schedule: every('1m'), run: () => {} })
    await supervisor.start()
    await clock.advance('3m')

    const kept = (query: string) => read<{ events: readonly StreamedEvent[] }>(`events/kept?${query}`)
    const { events } = await kept('types=run.ended&task=a&limit=2')

    expect(events.map(({ type, task }) => [type, task])).toEqual([
      ['run.ended', 'a'],
      ['run.ended', 'a'],
    ])
    expect(events[0]?.at).toBeGreaterThan(events[1]?.at ?? 0)
    expect((await kept('level=error')).events).toEqual([])
  })

  it('names a pause once, by the event that says who and why', async () => {
    const { supervisor, read } = askable()
    const task = supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
    await supervisor.start()
    task.pause({ by: 'ada', reason: 'OPS-1' })
    task.resume()

    const { changes } = await read<TaskDetail>('tasks/a')

    expect(changes.map(({ type }) => type)).toEqual([
      'task.resumed',
      'control.performed',
      'task.started',
      'task.registered',
    ])
  })
})

describe('texts and numbers on one page', () => {
  it('say how long the longest block was, and which task caused it', async () => {
    const { supervisor, clock, read } = askable()
    supervisor.register({
      name: 'render',
      schedule: every('1m', { immediate: true }),
      run: () => clock.block('250ms'),
    })
    await supervisor.start()
    await clock.advance('3m')

    const { process } = await read<Snapshot>('snapshot')

    // The runs at 0, 1, 2 and 3 min blocked the event loop.
    expect(process.notices[0]?.text).toBe(
      'The event loop was blocked for 200 ms or longer 4 times in the last hour. Nothing else ran meanwhile. Together, these blocks took 1 s, most likely by render. The longest block took 250 ms.',
    )
  })

  it('say which part of the blocked time each cause had', async () => {
    const { supervisor, clock, read } = askable()
    const schedule = every('1m', { immediate: true })
    supervisor.register({ name: 'render', schedule, run: () => clock.block('250ms') })
    await supervisor.start()
    await clock.advance('3m')
    await clock.advance('10s')
    clock.block('408ms')
    await clock.advance('10s')

    const { process } = await read<Snapshot>('snapshot')

    expect(process.notices[0]?.text).toBe(
      'The event loop was blocked for 200 ms or longer 5 times in the last hour. Nothing else ran meanwhile. Together, these blocks took 1.4 s: 1 s most likely by render, 408 ms by code outside of tasks. The longest block took 408 ms, by code outside of tasks.',
    )
  })

  it('name the long run that caused skipped slots, whatever its outcome', async () => {
    const { supervisor, clock, read } = askable()
    let runs = 0
    supervisor.register({
      name: 'poll',
      schedule: every('1s', { immediate: true }),
      timeout: '4s',
      abortGrace: '1s',
      run: async ({ sleep }) => {
        runs += 1
        if (runs === 3) await sleep('1h')
      },
    })
    await supervisor.start()
    await clock.advance('8500ms')

    const detail = await read<TaskDetail>('tasks/poll')

    // The run from 2 s timed out at 6 s. The slot at 6 s was skipped, too, because the run had not ended yet.
    expect(textsOf(detail).join(' ')).toMatch(
      /\d runs were skipped, because the previous run had not ended\. The longest of the last \d took 4 s and timed out, and one is due every 1 s\./,
    )
    expect(detail.skippedBy.overlap).toBe(detail.task.skipped)
  })

  it('count a skipped trigger as a run, because it has no slot', async () => {
    const { supervisor, clock, read } = askable()
    const mail = supervisor.register({ name: 'mail', schedule: manual(), run: ({ sleep }) => sleep('1m') })
    await supervisor.start()
    void mail.trigger()
    await clock.advance('1s')
    await mail.trigger()

    const detail = await read<TaskDetail>('tasks/mail')

    expect(textsOf(detail)).toContainEqual(
      expect.stringMatching(/^1 run was skipped, because the previous run had not ended\./),
    )
  })

  it('count each failed trial of a parked loop', async () => {
    const { supervisor, clock, read } = askable()
    supervisor.register({
      name: 'gateway',
      schedule: loop(),
      restart: always({
        backoff: backoff.fixed('1s'),
        budget: { restarts: 1, within: '1m' },
        park: { first: '2m', max: '2m' },
      }),
      run: () => Promise.reject(new Error('refused')),
    })
    await supervisor.start()
    await clock.advance('150s')

    // The loop was parked after the restart at 1 s, and its trial at 2 min 1 s failed.
    expect((await read<TaskDetail>('tasks/gateway')).gaveUp).toBe(2)
  })

  it('say why a loop is healthy although most of its runs fail', async () => {
    const { supervisor, clock, read } = askable()
    supervisor.register({
      name: 'gateway',
      schedule: loop(),
      restart: always({
        backoff: backoff.fixed('1s'),
        budget: { restarts: 60, within: '1m' },
        stableAfter: '2s',
      }),
      run: async ({ sleep, ready }) => {
        ready()
        await sleep('20s')
        throw new Error('the connection was closed')
      },
    })
    await supervisor.start()
    await clock.advance('70s')

    const detail = await read<TaskDetail>('tasks/gateway')

    // The loop ends at 20, 41 and 62 s: three restarts within the last minute.
    expect(detail.task.health).toBe('healthy')
    expect(textsOf(detail)[0]).toMatch(
      /^3 of 3 runs that have ended failed\. A loop is healthy while it is up and its restarts stay within their budget, of which 57 are left\.$/,
    )
  })

  it('say what closes each rule that fires', async () => {
    const { supervisor, clock, read } = askable()
    supervisor.register({
      name: 'a',
      schedule: every('1m', { immediate: true }),
      health: [],
      run: () => {},
    })
    supervisor.register({
      name: 'b',
      schedule: every('1m', { immediate: true }),
      run: () => {
        throw new Error('no')
      },
    })
    await supervisor.start()
    await clock.advance('3m')

    const { reasons } = await read<TaskDetail>('tasks/b')

    expect(reasons.map(({ rule, clears }) => [rule, clears])).toContainEqual([
      'consecutive-failures',
      'a run succeeds',
    ])
    expect(reasons.every(({ clears }) => clears !== undefined)).toBe(true)
  })

  it('say in the timeline whether runs of a task are no longer kept', async () => {
    const { supervisor, clock, read } = askable()
    const more = { schedule: every('1m', { immediate: true }), run: () => {} }
    supervisor.register({ name: 'whole', ...more })
    supervisor.register({ name: 'short', history: 3, ...more })
    await supervisor.start()
    await clock.advance('9m')

    const { lanes } = await read<Timeline>('timeline')

    expect(lanes.map(({ task, isWhole, runs }) => [task, isWhole, runs.length])).toEqual([
      ['whole', true, 10],
      ['short', false, 3],
    ])
  })

  it('show which slots will not run', async () => {
    const { supervisor, read, write } = askable()
    supervisor.register({ name: 'a', schedule: every('20m'), run: () => {} })
    await supervisor.start()
    await write('tasks/a/pause', { by: 'ada', reason: 'OPS-1' })

    const { runs } = await read<{ runs: readonly DueRun[] }>('next?within=1h')

    expect(new Set(runs.map(({ withheld }) => withheld))).toEqual(new Set(['paused: OPS-1']))
  })
})
