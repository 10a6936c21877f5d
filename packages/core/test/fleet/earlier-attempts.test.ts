import { describe, expect, it } from 'vitest'
import type { FleetHost, FleetResult, FleetRun } from '../../src/adapter/index.ts'
import { cron, manual, type Observer, type RunScope, Supervisor, type TaskOptions } from '../../src/index.ts'
import { MemoryFleet, recordEvents, VirtualClock } from '../../src/testing/index.ts'
import { scriptedFleet } from './scripted-fleet.ts'

async function scene(fn: TaskOptions['run'] = () => {}, schedule = manual()) {
  const clock = new VirtualClock()
  const { fleet, host } = scriptedFleet()
  const recorder = recordEvents()
  const scopes: RunScope[] = []
  const watch: Observer = {
    name: 'watch',
    aroundRun(scope, next) {
      scopes.push(scope)
      void next()
    },
  }
  const supervisor = new Supervisor({ clock, fleet, observers: [recorder, watch], env: {} })
  const task = supervisor.register({ name: 'a', scope: 'service', schedule, run: fn })
  await supervisor.start()
  await clock.advance('10s')
  const run = async (more: Partial<FleetRun>): Promise<FleetResult | undefined> => {
    const slot = clock.now() - 10_000
    const asked = { task: 'a', slot, attempt: 2, token: 1, input: undefined, carrier: undefined }
    const running = host()?.run({ ...asked, requestedBy: 'b2', ...more })
    await clock.advance('1ms')
    return running?.result
  }
  return { clock, recorder, scopes, supervisor, task, run }
}

const started = Date.UTC(2026, 0, 1)
const lost = { instanceId: 'b2', runId: 'b2-7', attempt: 1, startedAt: started, annotations: undefined }

describe('the earlier attempts of a run, as an engine passes them', () => {
  const senseless: readonly (readonly [string, unknown])[] = [
    ['a text', 'b2-7'],
    ['null', null],
    ['a number', 7],
    ['an object', lost],
    ['a list of other things', [null, 7, 'b2-7', {}, []]],
    ['one without an id', [{ ...lost, runId: undefined }]],
    ['one with an empty instance', [{ ...lost, instanceId: '' }]],
    ['one with a long id', [{ ...lost, runId: 'x'.repeat(129) }]],
    ['one without a start', [{ ...lost, startedAt: Number.NaN }]],
    ['one that started at no time', [{ ...lost, startedAt: 8.64e15 + 1 }]],
    ['one with no attempt', [{ ...lost, attempt: 0 }]],
    ['one with half an attempt', [{ ...lost, attempt: 1.5 }]],
    ['one with too high an attempt', [{ ...lost, attempt: 128 }]],
    ['one that is no earlier attempt', [{ ...lost, attempt: 2 }]],
    [
      'one that throws when it is read',
      [
        {
          ...lost,
          get runId() {
            throw new Error('no')
          },
        },
      ],
    ],
  ]
  it.each(senseless)('are ignored if they are %s, and the run happens', async (_, earlier) => {
    const { run, recorder, scopes, task } = await scene()
    const result = await run({ earlier: earlier as FleetRun['earlier'] })
    expect(result).toMatchObject({ started: true, outcome: 'succeeded' })
    expect(recorder.of('run.lost')).toEqual([])
    expect(scopes.map(({ takesOver }) => takesOver)).toEqual([undefined])
    expect(task.history()).toMatchObject([{ attempt: 2 }])
  })

  it('come before the start of the run in the order of events', async () => {
    const { run, recorder } = await scene()
    await run({ earlier: [lost] })
    const types = recorder.events.map(({ type }) => type).filter((type) => type.startsWith('run.'))
    expect(types).toEqual(['run.lost', 'run.started', 'run.ended'])
    const [loss] = recorder.of('run.lost')
    expect(loss?.nextRunId).toBe(recorder.of('run.started')[0]?.runId)
  })

  it('have at most 16 texts of 128 characters, and no other annotations', async () => {
    const { run, scopes } = await scene()
    const texts = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`key${at}`, 'x'.repeat(200)]))
    await run({ earlier: [{ ...lost, annotations: { ...texts, key1: 7 as unknown as string } }] })
    const annotations = scopes[0]?.takesOver?.annotations ?? {}
    expect(Object.keys(annotations)).toHaveLength(16)
    expect(annotations['key0']).toHaveLength(128)
    expect(annotations['key1']).toBeUndefined()
  })

  it('did not start in the future, if the clock of their process is ahead', async () => {
    const { run, recorder, task, clock } = await scene()
    const now = clock.now()
    await run({ earlier: [{ ...lost, startedAt: now + 3_600_000 }] })
    expect(recorder.of('run.lost')).toMatchObject([{ startedAt: now }])
    expect(task.history()[1]).toMatchObject({ startedAt: now, durationMs: 0 })
  })

  it('are not lost if this process itself reports their end', async () => {
    const { run, recorder, scopes, task, supervisor } = await scene()
    const { instanceId } = supervisor
    await run({ earlier: [{ ...lost, instanceId, runId: `${instanceId}-7` }] })
    expect(recorder.of('run.lost')).toEqual([])
    expect(task.history()).toHaveLength(1)
    expect(recorder.of('run.handed-over')).toEqual([])
    expect(scopes[0]?.takesOver).toMatchObject({ instanceId, endedAt: expect.any(Number) })
  })

  it('leave the health unknown until the first run of this process has ended', async () => {
    const { run, task, clock } = await scene(({ sleep }) => sleep('5m'))
    const ended = run({ earlier: [lost] })
    await clock.advance('4m')
    expect(task.history()).toHaveLength(1)
    expect(task.health().status).toBe('unknown')
    await clock.advance('2m')
    await ended
    expect(task.health().status).toBe('healthy')
  })

  it('are missing if the store knew nothing of them, and explain() says so', async () => {
    const yearly = cron('0 0 1 6 *', { timeZone: 'UTC' })
    const { run, task, supervisor, clock } = await scene(({ sleep }) => sleep('5m'), yearly)
    const text = () => supervisor.explain('a').text
    const slot = clock.now()
    const ended = run({ slot })
    const line =
      'Its run for the slot of 2026-01-01T00:00:10.000Z began here as attempt 2. The fleet knows nothing of attempt 1: its process was probably lost within about a second.'
    expect(text()).toContain(line)
    await clock.advance('6m')
    await ended

    expect(task.history()).toMatchObject([{ attempt: 2 }])
    expect(text()).toContain(line)
    void run({ slot: undefined, attempt: 3, earlier: [lost] })
    await clock.advance('1s')
    expect(text()).toContain(
      'Its triggered run began here as attempt 3. The fleet knows nothing of attempt 2: its process was probably lost within about a second.',
    )
  })

  it.each([
    ['a first attempt', { attempt: 1 }],
    ['a run whose earlier attempt is known', { earlier: [lost] }],
  ])('are not missing for %s', async (_, more) => {
    const { run, supervisor } = await scene()
    await run(more)
    expect(supervisor.explain('a').text).not.toContain('knows nothing of attempt')
  })

  it('are not in the scope of a unit', async () => {
    const { run, scopes, supervisor, clock } = await scene()
    supervisor.register({
      name: 'b',
      scope: 'service',
      schedule: manual(),
      run: ({ unit }) => unit('page', () => {}),
    })
    await clock.advance('1s')
    await run({ task: 'b', earlier: [lost] })
    expect(scopes.map(({ unit, takesOver }) => [unit, takesOver?.runId])).toEqual([
      [undefined, 'b2-7'],
      ['page', undefined],
    ])
  })
})

describe('live runs that a fleet reports', () => {
  it.each([
    ['missing', undefined],
    ['a text', 'b2'],
    ['not valid', [null, {}, { ...lost, startedAt: 'yesterday' }]],
  ])('are ignored if they are %s', async (_, running) => {
    const clock = new VirtualClock()
    const inner = new MemoryFleet().member()
    const join = (host: FleetHost) => {
      const know: FleetHost['know'] = (tasks) =>
        host.know(new Map([...tasks].map(([name, record]) => [name, { ...record, running } as never])))
      return inner.join(Object.create(host, { know: { value: know }, run: { value: host.run.bind(host) } }))
    }
    const other = new Supervisor({ clock, fleet: { name: 'odd', join }, observers: [], env: {} })
    const odd = other.register({ name: 'a', scope: 'service', schedule: manual(), run: () => {} })
    await other.start()
    await clock.advance('1s')
    expect(odd.fleet?.running).toEqual([])
    expect(other.explain('a').text).not.toContain('has been running')
  })
})
