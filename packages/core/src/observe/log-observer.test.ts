import { expect, describe as group, it } from 'vitest'
import { every, InvalidOptionError, logObserver, loop, Supervisor } from '../index.ts'
import { MemoryFleet, VirtualClock } from '../testing/index.ts'

type Line = { readonly level: string; readonly args: readonly unknown[] }

function logger(lines: Line[], extra: object = {}) {
  const write =
    (level: string) =>
    (...args: unknown[]) =>
      lines.push({ level, args })
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    ...extra,
  }
}

async function logged(observer: ReturnType<typeof logObserver>) {
  const clock = new VirtualClock()
  const supervisor = new Supervisor({ clock, observers: [observer] })
  supervisor.register({
    name: 'feeds.poll',
    owner: 'feeds',
    schedule: every('1m', { immediate: true }),
    run: () => Promise.reject(new TypeError('no feed')),
  })
  supervisor.register({ name: 'gateway', schedule: loop(), run: ({ sleep }) => sleep('1d') })
  await supervisor.start()
  await clock.advance(0)
  const stopping = supervisor.stop()
  await clock.advance(1_000)
  await stopping
}

group('logObserver', () => {
  it('links warnings and errors of a task with the page of the console that explains it', async () => {
    const lines: Line[] = []
    await logged(logObserver(logger(lines), { consoleUrl: 'https://shop.example.com/ops/' }))

    const linked = lines.filter(({ args }) => (args[1] as { url?: string }).url !== undefined)
    expect(linked).not.toEqual([])
    expect(linked.map(({ level }) => level)).not.toContain('debug')
    const ended = linked.find(({ args }) => (args[1] as { event: string }).event === 'run.ended')
    expect(ended?.args[1]).toMatchObject({ url: 'https://shop.example.com/ops/#/task/feeds.poll' })
    for (const consoleUrl of ['', 'shop', 'javascript:alert(1)', 'https://shop/#x', 5 as never])
      expect(() => logObserver(logger(lines), { consoleUrl })).toThrow(InvalidOptionError)
  })

  it('logs a sentence with its fields, failures as errors and routine events as debug', async () => {
    const lines: Line[] = []
    await logged(logObserver(logger(lines)))

    const failed = lines.find(({ args }) => String(args[0]).includes('failed after'))
    expect(failed?.level).toBe('error')
    expect(failed?.args[0]).toBe("Task 'feeds.poll' failed after 0 ms: TypeError: no feed")
    expect(failed?.args[1]).toMatchObject({
      event: 'run.ended',
      task: 'feeds.poll',
      owner: 'feeds',
      outcome: 'failed',
      trigger: 'schedule',
      err: { message: 'no feed' },
    })
    expect(failed?.args[1]).not.toHaveProperty('info')
    expect(failed?.args[1]).not.toHaveProperty('error')
    const started = lines.filter(({ args }) => String(args[0]).startsWith("Task 'gateway' started a run"))
    expect(started.map(({ level }) => level)).toEqual(['debug'])
    expect(lines.at(-1)).toMatchObject({
      level: 'info',
      args: ['The supervisor stopped in 0 ms, all runs ended', {}],
    })
  })

  it('puts the fields first for loggers like pino', async () => {
    const lines: Line[] = []
    await logged(logObserver(logger(lines, { bindings: () => ({}) })))

    expect(lines[0]?.args).toMatchObject([{ event: 'task.registered' }, "Task 'feeds.poll' was registered"])
  })

  it('lets the level of an event type be configured or turned off', async () => {
    const lines: Line[] = []
    await logged(logObserver(logger(lines), { levels: { 'run.ended': 'info', 'task.registered': 'off' } }))

    const types = lines.map(({ args }) => (args[1] as { event: string }).event)
    expect(types).not.toContain('task.registered')
    expect(lines.filter((_, at) => types[at] === 'run.ended').map(({ level }) => level)).toEqual([
      'info',
      'info',
    ])
  })

  it('writes one line of text an event to a console, without the events that are only for debugging', async () => {
    const lines: Line[] = []
    const ofConsole = { groupEnd: () => {}, table: () => {} }
    await logged(logObserver(logger(lines, ofConsole)))

    expect(lines.map(({ level }) => level)).not.toContain('debug')
    expect(lines.every(({ args }) => args.length === 1 && !/\n/.test(String(args[0])))).toBe(true)
    expect(lines).toContainEqual({
      level: 'error',
      args: ["Task 'feeds.poll' failed after 0 ms: TypeError: no feed"],
    })
    expect(lines.map(({ args }) => args[0])).toContain("Task 'feeds.poll' was registered")
  })

  it('writes what is asked for to a console, too: levels, fields and the page of the task', async () => {
    const ofConsole = { groupEnd: () => {}, table: () => {} }
    const written = async (options: Parameters<typeof logObserver>[1]) => {
      const lines: Line[] = []
      await logged(logObserver(logger(lines, ofConsole), options))
      return lines
    }

    const named = await written({ levels: { 'run.started': 'debug' } })
    expect(named.filter(({ level }) => level === 'debug')).not.toEqual([])
    const [withFields] = await written({ fieldsFirst: false })
    expect(withFields?.args).toMatchObject(["Task 'feeds.poll' was registered", { event: 'task.registered' }])
    const linked = await written({ consoleUrl: 'https://shop.example.com/ops' })
    expect(linked.map(({ args }) => args[0])).toContain(
      "Task 'feeds.poll' failed after 0 ms: TypeError: no feed (https://shop.example.com/ops/#/task/feeds.poll)",
    )
  })

  it('knows the console of Node, and any other Console object', async () => {
    const { Console } = await import('node:console')
    const { PassThrough } = await import('node:stream')
    const stdout = new PassThrough()
    await logged(logObserver(new Console({ stdout, stderr: stdout })))

    const text = String(stdout.read())
    expect(text).toContain("Task 'feeds.poll' failed after 0 ms: TypeError: no feed\n")
    expect(text).not.toMatch(/[{}]|monitor/)
  })

  it('logs annotations as top-level fields, where log pipelines expect them', async () => {
    const lines: Line[] = []
    const clock = new VirtualClock()
    const supervisor = new Supervisor({
      clock,
      observers: [
        {
          name: 'traces',
          aroundRun: (scope, next) => {
            scope.annotate({ trace_id: 'abc' })
            return next()
          },
        },
        logObserver(logger(lines)),
      ],
    })
    await supervisor.start()
    await supervisor.spawn('job', () => {}).outcome

    const ended = lines.find(({ args }) => (args[1] as { event: string }).event === 'run.ended')
    expect(ended?.args[1]).toMatchObject({ trace_id: 'abc' })
  })

  it('writes what an observer adds to a unit only on the line of this unit', async () => {
    const lines: Line[] = []
    let units = 0
    const supervisor = new Supervisor({
      clock: new VirtualClock(),
      observers: [
        {
          name: 'traces',
          aroundRun: (scope, next) => {
            scope.annotate({ trace_id: scope.unit === undefined ? 'run' : `unit-${++units}` })
            return next()
          },
        },
        logObserver(logger(lines)),
      ],
    })
    await supervisor.start()
    await supervisor.spawn('job', ({ each }) => each(['a', 'b'], () => {})).outcome

    const fields = lines.map(({ args }) => args[1] as { event: string; trace_id?: string })
    const idsOf = (type: string) => fields.filter(({ event }) => event === type).map((line) => line.trace_id)
    expect(idsOf('unit.ended')).toEqual(['unit-1', 'unit-2'])
    expect(idsOf('run.ended')).toEqual(['run'])
  })

  it('keeps its own fields if an annotation has the same name', async () => {
    const lines: Line[] = []
    const clock = new VirtualClock()
    const supervisor = new Supervisor({ clock, observers: [logObserver(logger(lines))] })
    await supervisor.start()
    await supervisor.spawn('job', ({ annotate }) => annotate({ task: 'mine', owner: 'me', tenant: 'a' }))
      .outcome

    const ended = lines.find(({ args }) => (args[1] as { event: string }).event === 'run.ended')
    expect(ended?.args[1]).toMatchObject({
      task: 'job',
      owner: 'app',
      'annotation.task': 'mine',
      'annotation.owner': 'me',
      tenant: 'a',
    })
  })

  it('leaves the level and the message of a line alone if an annotation has their name', async () => {
    const lines: Line[] = []
    const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [logObserver(logger(lines))] })
    await supervisor.start()
    await supervisor.spawn('job', ({ annotate }) => annotate({ level: 'gold', msg: 'hello' })).outcome

    const ended = lines.find(({ args }) => (args[1] as { event: string }).event === 'run.ended')
    expect(ended?.args[1]).toMatchObject({ 'annotation.level': 'gold', 'annotation.msg': 'hello' })
    expect(ended?.args[1]).not.toHaveProperty('level')
  })

  it('rejects an object that is not a logger', () => {
    expect(() => logObserver({ info: () => {} } as never)).toThrow(InvalidOptionError)
    expect(() => logObserver(logger([]), { level: 'info' } as never)).toThrow('logObserver')
  })
})

group('an outage of the fleet', () => {
  const fails = { now: false }
  async function outage(observer: ReturnType<typeof logObserver>) {
    fails.now = false
    const clock = new VirtualClock()
    const fleet = new MemoryFleet()
    const supervisor = new Supervisor({ clock, fleet: fleet.member(), observers: [observer], env: {} })
    for (let n = 0; n < 8; n += 1)
      supervisor.register({ name: `task-${n}`, scope: 'service', schedule: every('1s'), run: () => {} })
    supervisor.register({
      name: 'local',
      schedule: every('1s'),
      run: () => {
        if (fails.now) throw new Error('no')
      },
    })
    await supervisor.start()
    await clock.advance('10s')
    return { clock, fleet, supervisor }
  }
  const health = (lines: readonly Line[], level: RegExp) =>
    lines
      .filter(
        (line) => level.test(line.level) && /is (healthy|degraded|unhealthy), was/.test(String(line.args[0])),
      )
      .map(({ args }) => String(args[0]).replace(/task-\d+/, 'task'))

  it('is one line for each status, and the other tasks have debug lines', async () => {
    const lines: Line[] = []
    const { clock, fleet } = await outage(logObserver(logger(lines)))
    for (let times = 0; times < 2; times += 1) {
      lines.length = 0
      fleet.storeDown()
      await clock.advance('50s')
      fleet.storeUp()
      await clock.advance('20s')

      const said = health(lines, /info|warn|error/)
      expect(said.map((line) => line.replace(/[:;] .*/, ''))).toEqual([
        "Task 'task' is degraded, was healthy",
        "Task 'task' is unhealthy, was degraded",
        "Task 'task' is healthy, was unhealthy",
      ])
      for (const line of said)
        expect(line).toMatch(
          /; other tasks of the memory fleet with the same change have lines of level debug$/,
        )
      expect(health(lines, /debug/)).toHaveLength(3 * 7)
      expect(lines.filter(({ args }) => String(args[0]).includes("can't be used: slots"))).toHaveLength(1)
    }
  })

  it('hides no task that is bad for another reason', async () => {
    const lines: Line[] = []
    const { clock, fleet } = await outage(logObserver(logger(lines)))
    lines.length = 0
    fleet.storeDown()
    fails.now = true
    await clock.advance('20s')

    expect(health(lines, /info|warn|error/).filter((line) => line.includes("'local'"))).not.toEqual([])
  })

  it('is left to the levels that the user has chosen', async () => {
    const lines: Line[] = []
    const { clock, fleet } = await outage(
      logObserver(logger(lines), { levels: { 'health.changed': 'warn' } }),
    )
    lines.length = 0
    fleet.storeDown()
    await clock.advance('10s')

    expect(health(lines, /warn/)).toHaveLength(8)
  })
})
