import { describe, expect, it } from 'vitest'
import { every, InvalidOptionError, loop, manual } from '../src/index.ts'
import { consoleLines, ignoring, setUp, untilAborted } from './supervised.ts'

const run = (): void => {}

describe('an owner', () => {
  it('lists only what it registered and spawned', () => {
    const { supervisor } = setUp()
    const feeds = supervisor.owner('feeds')
    feeds.register({ name: 'feeds.poll', run })
    feeds.spawn('feeds.import', run)
    supervisor.register({ name: 'mail', run })

    expect(feeds.tasks().map(({ name, owner }) => [name, owner])).toEqual([
      ['feeds.poll', 'feeds'],
      ['feeds.import', 'feeds'],
    ])
    expect(() => supervisor.owner('')).toThrow(InvalidOptionError)
  })

  it('stops, awaits and unregisters everything on dispose, and can be used again', async () => {
    const { clock, supervisor, recorder } = setUp()
    const feeds = supervisor.owner('feeds')
    feeds.register({ name: 'feeds.poll', schedule: every('1s', { immediate: true }), run })
    feeds.register({ name: 'feeds.socket', schedule: loop(), run: untilAborted })
    const job = feeds.spawn('feeds.import', untilAborted)
    const other = supervisor.register({ name: 'mail', schedule: loop(), run: untilAborted })
    await supervisor.start()
    await clock.advance(0)

    const disposed = feeds.dispose()
    await clock.advance(0)
    await disposed

    expect(feeds.tasks()).toEqual([])
    expect(await job.outcome).toMatchObject({ started: true, outcome: 'cancelled' })
    expect(recorder.of('run.ended', 'feeds.socket')).toMatchObject([{ abortedFor: 'unregistered' }])
    expect(other.state).toBe('running')
    recorder.clear()
    await clock.advance(60_000)
    expect(recorder.events.filter((event) => 'task' in event && event.task !== 'mail')).toEqual([])

    expect(feeds.register({ name: 'feeds.poll', run }).state).toBe('waiting')
  })

  it('ends its own spawned runs under a name that another owner had first, and no other runs', async () => {
    const { clock, supervisor } = setUp()
    await supervisor.start()
    const [feeds, mail] = [supervisor.owner('feeds'), supervisor.owner('mail')]
    const theirs = feeds.spawn('send', untilAborted)
    const own = mail.spawn('send', untilAborted)
    const late = mail.spawn('send', ignoring)
    const disposed = mail.dispose()
    await clock.advance(5_000)
    await disposed

    expect(await own.outcome).toMatchObject({ outcome: 'cancelled' })
    expect(await late.outcome).toMatchObject({ outcome: 'abandoned' })
    expect(supervisor.task('send')?.active()).toMatchObject([
      { runId: theirs.runId, abandoned: false },
      { runId: late.runId, abandoned: true },
    ])
  })

  it('is disposed at the end of its `await using` block', async () => {
    const { clock, supervisor } = setUp()
    await supervisor.start()
    {
      await using feeds = supervisor.owner('feeds')
      feeds.register({ name: 'feeds.poll', schedule: loop(), run: untilAborted })
      await clock.advance(0)
      expect(supervisor.task('feeds.poll')?.state).toBe('running')
    }

    expect(supervisor.task('feeds.poll')).toBeUndefined()
  })

  it('can be disposed by one of its runs, which then ends as cancelled', async () => {
    const { clock, supervisor, recorder } = setUp()
    const feeds = supervisor.owner('feeds')
    const seen: string[] = []
    feeds.register({
      name: 'feeds.reload',
      run: ({ signal }) => {
        void feeds.dispose().then(() => seen.push('disposed'))
        signal.addEventListener('abort', () => seen.push('aborted'))
        return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      },
    })
    feeds.register({ name: 'feeds.poll', schedule: loop(), run: untilAborted })
    await supervisor.start()
    const result = supervisor.task('feeds.reload')?.trigger()

    await clock.advance(0)

    expect(await result).toMatchObject({ outcome: 'cancelled' })
    expect(seen).toEqual(['aborted', 'disposed'])
    expect(recorder.of('task.unregistered')).toHaveLength(2)
  })

  it('does not wait for a run of its own that awaits the disposal', async () => {
    const { clock, supervisor } = setUp()
    const feeds = supervisor.owner('feeds')
    let isOver = false
    const task = feeds.register({
      name: 'feeds.reload',
      abortGrace: '5s',
      run: async () => {
        await feeds.dispose()
        isOver = true
      },
    })
    await supervisor.start()
    const result = task.trigger()
    await clock.advance(0)

    expect(await result).toMatchObject({ outcome: 'cancelled', durationMs: 0 })
    expect(isOver).toBe(true)
    expect(feeds.tasks()).toEqual([])
  })

  it('leaves nothing behind that its runs spawn or register while they end', async () => {
    const { clock, supervisor } = setUp()
    const feeds = supervisor.owner('feeds')
    const refusals: unknown[] = []
    const onAbort = async (): Promise<void> => {
      refusals.push(await feeds.spawn('feeds.last-import', untilAborted).outcome)
      feeds.register({ name: 'feeds.retry', schedule: loop(), run: untilAborted })
    }
    feeds.register({ name: 'feeds.poll', schedule: loop(), run: ({ sleep }) => sleep('1d').then(onAbort) })
    feeds.register({
      name: 'feeds.socket',
      schedule: loop(),
      run: ({ signal, sleep }) => {
        signal.addEventListener('abort', () => {
          supervisor.spawn('feeds.farewell', untilAborted, { owner: 'feeds' })
        })
        return sleep('1d')
      },
    })
    await supervisor.start()
    supervisor.owner('mail').spawn('send', untilAborted)
    const sent = feeds.spawn('send', ({ sleep }) => sleep('1d').then(onAbort))
    await clock.advance(0)
    const disposed = feeds.dispose()
    await clock.advance('10s')
    await disposed

    expect(feeds.tasks()).toEqual([])
    expect(supervisor.task('send')?.active()).toHaveLength(1)
    expect(await sent.outcome).toMatchObject({ outcome: 'cancelled' })
    const refused = { started: false, reason: 'unregistered' }
    expect(refusals).toEqual([refused, refused])
    expect(feeds.register({ name: 'feeds.poll', run }).state).toBe('waiting')
  })

  it('refuses what its runs spawn while they end, also if it is the default owner', async () => {
    const { clock, supervisor } = setUp()
    const refusals: unknown[] = []
    supervisor.register({
      name: 'poll',
      schedule: loop(),
      run: ({ signal, sleep }) => {
        signal.addEventListener('abort', () => {
          void supervisor.spawn('farewell', run).outcome.then((answer) => refusals.push(answer))
        })
        return sleep('1d')
      },
    })
    await supervisor.start()
    await clock.advance(0)
    const disposed = supervisor.owner('app').dispose()
    await clock.advance(0)
    await disposed

    expect(refusals).toEqual([{ started: false, reason: 'unregistered' }])
  })

  it('says what to do if it is used while it is being disposed of', async () => {
    const { clock, supervisor } = setUp()
    const feeds = supervisor.owner('feeds')
    feeds.register({ name: 'feeds.poll', schedule: loop(), run: untilAborted })
    await supervisor.start()
    await clock.advance(0)
    const disposals = [feeds.dispose(), feeds.dispose()]

    expect(() => feeds.register({ name: 'feeds.next', run })).toThrow(
      "Task 'feeds.next' cannot be registered while its owner 'feeds' is being disposed of. Await dispose() first.",
    )
    await expect(feeds.spawn('feeds.import', run).result()).rejects.toThrow(
      "Owner 'feeds' is being disposed of, so the function was not called",
    )
    await clock.advance(0)
    await Promise.all(disposals)
    expect(feeds.register({ name: 'feeds.next', run }).name).toBe('feeds.next')
  })

  it('keeps what a reload registers while it is being disposed', async () => {
    const { clock, supervisor } = setUp()
    const before = supervisor.owner('feeds')
    before.register({ name: 'feeds.old', schedule: loop(), run: ignoring })
    await supervisor.start()

    const disposed = before.dispose()
    const after = supervisor
      .owner('feeds')
      .register({ name: 'feeds.new', schedule: loop(), run: untilAborted })
    await clock.advance(5_000)
    await disposed

    expect(after.state).toBe('running')
    expect(supervisor.owner('feeds').tasks()).toEqual([after])
  })
})

describe('discover', () => {
  const hostile = {
    get getTasks(): never {
      throw new Error('no getter')
    },
  }

  it('registers the tasks of providers under the name of their owner', () => {
    const { supervisor } = setUp()
    const plugin = Object.assign(() => {}, { getTasks: () => [{ name: 'plugin.a', run }] })
    const found = supervisor.discover({
      feeds: {
        getTasks: () => [
          { name: 'feeds.a', run },
          { name: 'feeds.b', owner: 'b-team', run },
        ],
      },
      mail: {
        *getTasks() {
          yield { name: 'mail.a', owner: undefined, run }
        },
      },
      plugin,
      none: {},
      nothing: null,
      text: 'getTasks',
    })

    expect(found.failed).toEqual([])
    expect(found.registered.map(({ name, owner }) => [name, owner])).toEqual([
      ['feeds.a', 'feeds'],
      ['feeds.b', 'b-team'],
      ['mail.a', 'mail'],
      ['plugin.a', 'plugin'],
    ])
  })

  it('reports what cannot be registered and continues with the next task and the next owner', async () => {
    const lines = consoleLines()
    const { clock, supervisor } = setUp()
    const found = supervisor.discover(
      new Map<string, unknown>([
        ['throws', { getTasks: () => Promise.reject(new Error('rejected')) }],
        ['uncallable', { getTasks: 5 }],
        ['getter', hostile],
        ['nothing', { getTasks: () => undefined }],
        [
          'mixed',
          {
            getTasks: () => [
              { name: 'good.a', run },
              { name: 'bad name', run },
              null,
              { name: 'good.b', run },
            ],
          },
        ],
        [
          'halfway',
          {
            *getTasks() {
              yield { name: 'good.c', run }
              throw new Error('halfway')
            },
          },
        ],
        ['twice', { getTasks: () => [{ name: 'good.a', run }] }],
        ['last', { getTasks: () => [{ name: 'good.d', run }] }],
      ]),
    )
    await clock.advance(0)

    expect(found.registered.map(({ name }) => name)).toEqual(['good.a', 'good.b', 'good.c', 'good.d'])
    expect(found.failed.map(({ owner }) => owner)).toEqual([
      'throws',
      'uncallable',
      'getter',
      'nothing',
      'mixed',
      'mixed',
      'halfway',
      'twice',
    ])
    expect(found.failed.map(({ error }) => error.message)).toContainEqual('no getter')
    expect([...supervisor.tasks()]).toEqual(found.registered)
    expect(
      lines.filter((line) => line.includes("Owner 'mixed' could not register all of its tasks")),
    ).toHaveLength(1)
  })

  it('arms the tasks it finds if the supervisor is running', async () => {
    const { clock, supervisor } = setUp()
    await supervisor.start()

    const { registered } = supervisor.discover({
      feeds: { getTasks: () => [{ name: 'a', schedule: every('1s', { immediate: true }), run }] },
    })
    await clock.advance(1_000)

    expect(registered[0]?.metrics().started).toBe(2)
    expect(supervisor.register({ name: 'b', schedule: manual(), run }).owner).toBe('app')
  })
})
