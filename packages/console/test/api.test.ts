import type { RunContext } from '@runwell/core'
import { every, InvalidOptionError, loop, manual, rule } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import type { Timeline } from '../src/api/timeline.ts'
import type { AuditEntry, DueRun, Snapshot, TaskDetail } from '../src/api/types.ts'
import { targetOf } from '../src/cli/client.ts'
import { askable } from './ask.ts'

const failing = (): never => {
  throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 10.0.0.7:443') })
}

describe('the API of the console', () => {
  it('shows the process and each task with the numbers of the report', async () => {
    const { supervisor, clock, read } = askable()
    supervisor.register({ name: 'feeds.poll', schedule: every('10s', { immediate: true }), run: () => {} })
    supervisor.register({ name: 'chat.legacy', schedule: every('10s', { immediate: true }), run: failing })
    await supervisor.start()
    await clock.advance('25s')

    const { process, tasks } = await read<Snapshot>('snapshot')

    expect(process).toMatchObject({
      supervisor: 'default',
      phase: 'started',
      health: supervisor.report().health,
    })
    expect(
      tasks.map(({ name, started, outcomes, health }) => [name, started, outcomes.failed, health]),
    ).toEqual([
      ['feeds.poll', 3, 0, 'healthy'],
      ['chat.legacy', 3, 3, 'unhealthy'],
    ])
    expect(tasks[1]?.recent.map(([outcome]) => outcome)).toEqual(['failed', 'failed', 'failed'])
  })

  it('answers 304 while nothing has changed', async () => {
    const { supervisor, ask } = askable()
    supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
    const first = await ask('snapshot')
    const again = await ask('snapshot', { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })

    expect([first.status, again.status]).toEqual([200, 304])
  })

  it('says why a task is unhealthy: the rules, the last error with its causes, and the last good run', async () => {
    const { supervisor, clock, read } = askable()
    let isBroken = false
    const run = (): void => {
      if (isBroken) failing()
    }
    supervisor.register({ name: 'a/b:c', schedule: every('10s', { immediate: true }), run })
    await supervisor.start()
    await clock.advance('15s')
    isBroken = true
    await clock.advance('30s')

    const detail = await read<TaskDetail>(`tasks/${encodeURIComponent('a/b:c')}`)

    expect(detail.reasons.map(({ rule, reason }) => [rule, reason])).toContainEqual([
      'consecutive-failures',
      'failed 3 times in a row, limit 3',
    ])
    expect(detail.lastError?.text).toBe(
      'TypeError: fetch failed, caused by Error: connect ECONNREFUSED 10.0.0.7:443',
    )
    expect(detail.lastGoodRun?.outcome).toBe('succeeded')
    expect(detail.changes[0]?.type).toBe('health.changed')
  })

  it('says when, and in which unit, the last error of a consumer came, although its run has not failed', async () => {
    const { supervisor, clock, read } = askable()
    const run = async ({ sleep, unit, signal }: RunContext): Promise<void> => {
      await sleep('10s')
      await unit('order', failing).catch(() => undefined)
      while (!signal.aborted) await sleep('1h')
    }
    const task = supervisor.register({ name: 'orders', schedule: loop(), run })
    await supervisor.start()
    const startedAt = task.active()[0]?.startedAt ?? 0
    await clock.advance('25s')

    const { lastError } = await read<TaskDetail>('tasks/orders')

    expect(lastError).toMatchObject({
      text: 'TypeError: fetch failed, caused by Error: connect ECONNREFUSED 10.0.0.7:443',
      at: startedAt + 10_000,
      unit: 'order',
      runId: task.active()[0]?.runId,
      startedAt,
    })
  })

  it('does not take the error of a health rule for the last error of the task', async () => {
    const { supervisor, clock, read } = askable()
    let isBroken = false
    const broken = rule('broken', () => {
      if (isBroken) throw new Error('no queue')
    })
    const task = supervisor.register({ name: 'poll', schedule: manual(), health: [broken], run: failing })
    await supervisor.start()
    await task.trigger()
    await clock.advance('10m')
    isBroken = true
    task.health()
    await clock.advance('10m')

    const { lastError } = await read<TaskDetail>('tasks/poll')

    expect(lastError?.text).toMatch('TypeError: fetch failed')
    expect(lastError?.at).toBe(task.metrics().lastFailureAt)
  })

  it('pages through the runs of a task', async () => {
    const { supervisor, clock, read } = askable()
    supervisor.register({
      name: 'a',
      schedule: every('10s', { immediate: true }),
      history: 50,
      run: () => {},
    })
    await supervisor.start()
    await clock.advance('45s')

    type Page = { readonly runs: readonly { readonly runId: string }[]; readonly next: string | undefined }
    const first = await read<Page>('tasks/a/runs?limit=3')
    const second = await read<Page>(`tasks/a/runs?limit=3&before=${first.next}`)

    expect([first.runs.length, second.runs.length, second.next]).toEqual([3, 2, undefined])
    expect(new Set([...first.runs, ...second.runs].map(({ runId }) => runId)).size).toBe(5)
  })

  it('lists what is due, and says which runs will not start', async () => {
    const { supervisor, read } = askable()
    supervisor.register({ name: 'a', schedule: every('20m', { immediate: true }), run: () => {} })
    const paused = supervisor.register({
      name: 'b',
      schedule: every('30m', { immediate: true }),
      run: () => {},
    })
    await supervisor.start()
    paused.pause('upstream is being moved')

    const { runs } = await read<{ runs: readonly DueRun[] }>('next?within=1h')

    expect(runs.filter(({ task }) => task === 'a')).toHaveLength(4)
    expect(runs.filter(({ task }) => task === 'b').map(({ withheld }) => withheld)).toEqual(
      expect.arrayContaining(['paused: upstream is being moved']),
    )
  })

  it('puts runs, skipped slots and sleeps on one time axis', async () => {
    const { supervisor, clock, read } = askable()
    const run = ({ sleep }: { sleep: (time: '25s') => Promise<void> }) => sleep('25s')
    supervisor.register({ name: 'a', schedule: every('10s', { immediate: true }), run })
    await supervisor.start()
    await clock.advance('28s')

    const { lanes } = await read<Timeline>('timeline?last=10m')

    expect(lanes[0]?.runs.map(({ outcome }) => outcome)).toEqual(['succeeded'])
    expect(lanes[0]?.marks.map(({ what, reason, count }) => [what, reason, count])).toEqual([
      ['skipped', 'overlap', 1],
      ['skipped', 'overlap', 1],
    ])
  })

  it('performs controls, and records who requested them, why, and the result', async () => {
    const { supervisor, read, write } = askable({ authorize: () => ({ user: 'ana', can: 'everything' }) })
    const task = supervisor.register({ name: 'a', schedule: every('1h'), run: () => {} })
    await supervisor.start()

    expect(await (await write('tasks/a/trigger')).json()).toMatchObject({ done: true, result: 'succeeded' })
    expect(await (await write('tasks/a/pause', { reason: 'deploy' })).json()).toEqual({
      done: true,
      result: 'paused',
    })
    const refused = await write('tasks/a/trigger')
    expect([refused.status, await refused.json()]).toEqual([409, { done: false, result: 'refused: paused' }])
    await write('tasks/a/resume')
    await write('tasks/a/reschedule', { cron: '0 3 * * *', timeZone: 'Europe/Berlin' })

    expect(task.schedule.info.text).toBe('cron 0 3 * * * (Europe/Berlin)')
    const { entries } = await read<{ entries: readonly AuditEntry[] }>('audit')
    expect(entries.map(({ by, action, reason, result }) => [by, action, reason, result])).toEqual([
      ['ana', 'reschedule', undefined, 'now cron 0 3 * * * (Europe/Berlin)'],
      ['ana', 'resume', undefined, 'resumed'],
      ['ana', 'trigger', undefined, 'refused: paused'],
      ['ana', 'pause', 'deploy', 'paused'],
      ['ana', 'trigger', undefined, 'started'],
    ])
  })

  it('aborts a run, pauses for a time and unregisters, and the audit has the user and the reason of each', async () => {
    const { supervisor, clock, read, write } = askable({
      authorize: () => ({ user: 'ana', can: 'everything' }),
    })
    const run = ({ sleep }: { sleep: (time: '1h') => Promise<void> }) => sleep('1h')
    const task = supervisor.register({ name: 'a', schedule: manual(), run })
    await supervisor.start()
    void task.trigger()
    void task.trigger(undefined, { by: 'the service', reason: 'code says it, too' })
    await clock.advance(0)
    const [active] = task.active()

    const unknown = await write('tasks/a/abort', { runId: 'x' })
    expect([unknown.status, await unknown.json()]).toEqual([
      409,
      { done: false, result: 'no such run is active' },
    ])
    const aborted = await write('tasks/a/abort', { runId: active?.runId, reason: 'wrong file' })
    expect(await aborted.json()).toEqual({ done: true, result: 'asked 1 run to end' })
    await clock.advance(0)
    const until = new Date(clock.now() + 3_600_000).toISOString()
    expect(await (await write('tasks/a/pause', { for: '1h' })).json()).toMatchObject({
      result: `paused until ${until}`,
    })
    expect((await read<TaskDetail>('tasks/a')).task.pausedUntil).toBe(Date.parse(until))
    const gone = await write('tasks/a/unregister', { reason: 'not used' })
    expect(await gone.json()).toEqual({ done: true, result: 'unregistered' })
    expect(supervisor.task('a')).toBeUndefined()

    const { entries } = await read<{ entries: readonly AuditEntry[] }>('audit')
    expect(entries.map(({ by, action, reason, result }) => [by, action, reason, result])).toEqual([
      ['ana', 'unregister', 'not used', 'unregistered'],
      ['ana', 'pause', undefined, 'paused'],
      ['ana', 'abort', 'wrong file', `aborted ${active?.runId}`],
      ['ana', 'abort', undefined, 'nothing to do'],
      ['the service', 'trigger', 'code says it, too', 'refused: overlap'],
    ])
  })

  it.each([
    ['tasks/a/reschedule', {}, 'A schedule is missing.'],
    ['tasks/a/reschedule', { every: '30 s' }, '`every` must be a duration such as'],
    ['tasks/a/reschedule', { cron: '61 * * * *' }, 'minute'],
    ['tasks/a/reschedule', { every: 5, cron: '* * * * *' }, '`every` must be a text'],
    ['tasks/a/pause', { for: '1h', until: '2030-01-01T00:00:00Z' }, 'A pause has two ends.'],
    ['tasks/a/pause', { until: '1960-01-01T00:00:00Z' }, 'an instant in the future'],
    ['tasks/a/pause', { for: 'soon' }, '`for` must be a duration such as'],
    ['tasks/a/pause', { for: '0s' }, '`for` must be at least 1ms, got "0s".'],
    ['tasks/a/pause', { for: '0.5ms' }, '`for` must be at least 1ms, got "0.5ms".'],
    ['tasks/a/reschedule', { every: '5' }, "'2h' or '1d', from 1 ms to 36525 d, got \"5\"."],
    ['tasks/a/abort', { runId: 5 }, '`runId` must be a text'],
    ['tasks/a/pause', { reason: 'x'.repeat(501) }, '`reason` must be a text of at most 500 characters.'],
  ])('refuses %s with %j, and says what is wrong', async (path, body, error) => {
    const { supervisor, write } = askable()
    supervisor.register({ name: 'a', schedule: every('1h'), run: () => {} })

    const response = await write(path, body)

    expect(response.status).toBe(400)
    expect(((await response.json()) as { error: string }).error).toContain(error)
  })

  it('says how a stop would go, without stopping', async () => {
    const { supervisor, clock, read } = askable()
    supervisor.register({
      name: 'listen',
      schedule: loop(),
      priority: 'critical',
      run: ({ sleep }) => sleep('1h'),
    })
    await supervisor.start()
    await clock.advance('5s')

    const { classes, leftBehind } = await read<{ classes: unknown[]; leftBehind: unknown[] }>('stop-plan')

    expect(classes[3]).toMatchObject({
      priority: 'critical',
      tasks: ['listen'],
      live: [{ task: 'listen', ageMs: 5_000 }],
    })
    expect(leftBehind).toEqual([])
    expect(supervisor.report().phase).toBe('started')
  })

  it('stops a dependency in the class of its dependant, as a stop does', async () => {
    const { supervisor, read } = askable()
    supervisor.register({ name: 'database', priority: 'low', schedule: manual(), run: () => {} })
    supervisor.register({
      name: 'orders',
      priority: 'high',
      dependsOn: ['database'],
      schedule: manual(),
      run: () => {},
    })

    const { classes } = await read<{ classes: { priority: string; tasks: string[] }[] }>('stop-plan')

    expect(classes.filter(({ tasks }) => tasks.length > 0)).toEqual([
      { priority: 'high', tasks: ['database', 'orders'], live: [], aboutMs: 0, leavesBehind: [] },
    ])
  })

  it('never shows a text that `redact` hides, not even if `redact` fails', async () => {
    const redact = (text: string): string => {
      if (text.includes('boom')) throw new Error('in redact')
      return text.replaceAll(/\S+@\S+/g, '(address)')
    }
    const { supervisor, clock, ask } = askable({ redact })
    const fail = (message: string) => () => {
      throw new Error(message)
    }
    supervisor.register({
      name: 'a',
      schedule: every('10s', { immediate: true }),
      run: fail('no mailbox for ana@example.com'),
    })
    supervisor.register({ name: 'b', schedule: every('10s', { immediate: true }), run: fail('boom secret') })
    await supervisor.start()
    await clock.advance('1s')

    for (const path of ['snapshot', 'tasks/a', 'tasks/b', 'tasks/a/runs', 'tasks/b/runs']) {
      const text = await (await ask(path)).text()
      expect(text).not.toContain('ana@example.com')
      expect(text).not.toContain('boom secret')
    }
  })

  it('gives `redact` every text of user code and of people, with its kind', async () => {
    const kinds = new Set<string>()
    const redact = (text: string, kind: string): string => {
      if (text.includes('ana@example.com')) kinds.add(kind)
      return text.replaceAll('ana@example.com', '(address)')
    }
    const { supervisor, clock, ask } = askable({ redact })
    const backlog = rule('backlog', () => {
      return { status: 'degraded', value: 1, limit: 0, reason: 'waits for ana@example.com' }
    })
    const schedule = every('1m', { immediate: true })
    const active = supervisor.register({
      name: 'active',
      schedule,
      health: [backlog],
      run: ({ annotate, beat, sleep }) => {
        annotate({ user: 'ana@example.com' })
        beat('mail to ana@example.com')
        return sleep('1d')
      },
    })
    const failed = supervisor.register({
      name: 'failed',
      schedule,
      run: ({ annotate }) => {
        annotate({ user: 'ana@example.com' })
        throw new Error('no mailbox for ana@example.com')
      },
    })
    const hosted = supervisor.external({ name: 'hosted', expects: schedule })
    await supervisor.start()
    await clock.advance('61s')
    hosted.skipped('the mailbox of ana@example.com is full')
    failed.pause('ana@example.com complains')
    active.pause({ by: 'support', reason: 'ana@example.com complains' })
    await clock.advance('1s')

    const tasks = ['active', 'failed', 'hosted'].flatMap((name) => [`tasks/${name}`, `tasks/${name}/runs`])
    for (const path of [
      'snapshot',
      'next?within=1h',
      'events/kept?limit=500',
      'audit',
      'timeline',
      ...tasks,
    ]) {
      const answer = await ask(path)
      expect([path, answer.status]).toEqual([path, 200])
      expect([path, await answer.text()]).toEqual([path, expect.not.stringContaining('ana@example.com')])
    }
    expect(kinds).toEqual(new Set(['error', 'note']))
  })
})

describe('the page', () => {
  const dataOf = (html: string): Snapshot =>
    JSON.parse(/<script type="application\/json" id="snapshot">(.*?)<\/script>/s.exec(html)?.[1] ?? 'null')

  it('has the data that it shows first, whatever texts are in it', async () => {
    const { supervisor, clock, ask, read } = askable({
      authorize: () => ({ user: '</script><script>', can: 'everything' }),
    })
    const run = (): never => {
      throw new Error('</script><script>alert(1)</script><!--')
    }
    supervisor.register({ name: 'a', schedule: every('10s', { immediate: true }), run })
    await supervisor.start()
    await clock.advance(0)

    const response = await ask('/ops/')
    const html = await response.text()

    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(html).not.toContain('alert(1)</script>')
    expect(html.match(/<script/g)).toHaveLength(2)
    expect(dataOf(html)).toEqual(await read('snapshot'))
  })

  it('has no data for a viewer who has not shown the token, or if there are more than 500 tasks', async () => {
    const token = 'a-token-of-16-letters'
    const guarded = askable({ token })
    const page = await (await guarded.ask('/ops/')).text()
    expect(page).toContain('<div id="page">')
    expect(page).not.toContain('application/json')
    const shown = await guarded.ask('/ops/', { headers: { authorization: `Bearer ${token}` } })
    expect(dataOf(await shown.text()).process.viewer.user).toBe('token')

    const large = askable()
    for (let n = 0; n <= 500; n += 1) large.supervisor.register({ name: `t${n}`, run: () => {} })
    expect(await (await large.ask('/ops/')).text()).not.toContain('application/json')
  })
})

describe('a token', () => {
  const base64 = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ+/8='

  it('may be base64, as `openssl rand -base64` prints it', async () => {
    const guarded = askable({ token: base64 })
    const asked = await guarded.ask('snapshot', { headers: { authorization: `Bearer ${base64}` } })
    expect(asked.status).toBe(200)
    expect((await guarded.ask('snapshot')).status).toBe(401)
    expect(targetOf(`http://localhost:4777/#token=${base64}`, undefined).token).toBe(base64)
  })

  it.each(['too-short', 'with a space in it', '=begins-with-an-equals-sign', 'ä-letter-of-another-alphabet'])(
    'is refused if it cannot be sent in a header or is easy to guess: %s',
    (token) => {
      expect(() => askable({ token })).toThrow(/'?token'?.*at least 16 letters/s)
    },
  )

  it('is not shown by the error that refuses it', () => {
    let refused: unknown
    try {
      askable({ token: `${base64}\n` })
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(InvalidOptionError)
    expect(String(refused)).toMatch(/got a text of 37 characters that ends with white space$/)
    expect(JSON.stringify(refused)).not.toContain(base64.slice(0, 8))
  })
})
