import { every, type Supervisor } from '@runwell/core'
import { MemoryFleet, VirtualClock } from '@runwell/core/testing'
import { expect, it, onTestFinished } from 'vitest'
import type { Timeline } from '../src/api/timeline.ts'
import type { DueRun, Snapshot, TaskDetail, TaskRow } from '../src/api/types.ts'
import { SharedTasks } from '../src/read/shared-tasks.ts'
import { type Asked, askable } from './ask.ts'
import { runwell } from './terminal.ts'

const period = '10s'

async function twoProcesses(
  how: { readonly versions?: readonly [string, string]; readonly schedules?: readonly [string, string] } = {},
): Promise<{ fleet: MemoryFleet; first: Supervisor; second: Asked; clock: VirtualClock }> {
  const { versions = [], schedules = [period, period] } = how
  const clock = new VirtualClock()
  const fleet = new MemoryFleet()
  const members = [0, 1].map((index) => fleet.member({ version: versions[index] }))
  const [first, second] = members.map((member) =>
    askable({ redact: (text) => text.replaceAll('s3cret', '***') }, { clock, fleet: member }),
  ) as [Asked, Asked]
  for (const [index, { supervisor }] of [first, second].entries()) {
    supervisor.register({
      name: 'invoices',
      scope: 'service',
      schedule: every((schedules[index] ?? period) as '10s'),
      run: () => {},
    })
    supervisor.register({ name: 'cache', schedule: every(period), run: () => {} })
    await supervisor.start()
    await clock.advance('1s')
    onTestFinished(async () => void (await supervisor.stop()))
  }
  await clock.advance('30s')
  return { fleet, first: first.supervisor, second, clock }
}

const rowOf = async ({ read }: Asked, name: string): Promise<TaskRow | undefined> =>
  (await read<Snapshot>('snapshot')).tasks.find((task) => task.name === name)

it('says in which process a shared task ran last, and nothing of tasks that are not shared', async () => {
  const { first, second } = await twoProcesses()
  const last = second.supervisor.task('invoices')?.fleet?.lastRun?.instanceId
  const row = await rowOf(second, 'invoices')

  expect([first.instanceId, second.supervisor.instanceId]).toContain(last)
  expect(row?.fleet).toEqual({
    isUp: true,
    processes: 2,
    runsIn: [],
    lastIn: last,
    isHere: last === second.supervisor.instanceId,
    isOverruled: false,
    differs: false,
  })
  expect((await rowOf(second, 'cache'))?.fleet).toBeUndefined()
})

it('says in the process with the older definition that it does not run there, and who has the newer one', async () => {
  const { first, second } = await twoProcesses({ versions: ['2.10', '2.9'], schedules: ['5s', period] })
  const { findings, task } = await second.read<TaskDetail>('tasks/invoices')
  const { process } = await second.read<Snapshot>('snapshot')
  const { runs } = await second.read<{ runs: readonly DueRun[] }>('next')

  expect(task.fleet).toMatchObject({ isOverruled: true, differs: true, isHere: false })
  expect(findings.map(({ text }) => text)).toContain(
    `It does not run in this process: ${first.instanceId} of version 2.10 has a newer definition, with the schedule every 5s from epoch.`,
  )
  expect(process.notices.map(({ text }) => text)).toContain(
    `1 shared task does not run in this process, because ${first.instanceId} of version 2.10 has a newer definition: invoices.`,
  )
  for (const run of runs.filter((due) => due.task === 'invoices'))
    expect(run.withheld).toBe('another process has a newer definition')
})

it('says in the process with the newer definition which others do not run it', async () => {
  const { first, second } = await twoProcesses({ versions: ['2.9', '2.10'], schedules: [period, '5s'] })
  const { findings, explanation, task } = await second.read<TaskDetail>('tasks/invoices')
  const { process } = await second.read<Snapshot>('snapshot')

  expect(task.fleet).toMatchObject({ isOverruled: false, differs: true, isHere: true })
  expect(findings.map(({ text }) => text)).toContain(
    `It does not run in processes with an older definition: ${first.instanceId} of version 2.9 (every 10s from epoch).`,
  )
  const overruled = explanation.fleet?.members.filter(({ isOverruled }) => isOverruled)
  expect(overruled?.map(({ instanceId }) => instanceId)).toEqual([first.instanceId])
  expect(explanation.fleet?.members).toHaveLength(2)
  expect(process.notices).toEqual([])
})

it('says that the fleet cannot be used, since when, and why, without secrets', async () => {
  const { fleet, second, clock } = await twoProcesses()
  fleet.storeDown(new Error('connect ECONNREFUSED redis://s3cret@10.0.0.7'))
  const downAt = clock.now()
  await clock.advance('1s')
  const { findings, explanation, task } = await second.read<TaskDetail>('tasks/invoices')
  const { process } = await second.read<Snapshot>('snapshot')
  const why = "The memory fleet can't be used: connect ECONNREFUSED redis://***@10.0.0.7."

  expect(task.fleet?.isUp).toBe(false)
  expect(findings).toContainEqual({
    text: `${why} Its slots wait, and runs under way go on.`,
    at: downAt,
  })
  expect(process.notices).toContainEqual({
    text: `${why} The slots of 1 shared task wait, and runs under way go on.`,
    at: downAt,
  })
  expect(explanation.fleet?.down).toEqual({ at: downAt, error: 'connect ECONNREFUSED redis://***@10.0.0.7' })
  expect(explanation.text).toContain('(connect ECONNREFUSED redis://***@10.0.0.7)')

  fleet.storeUp()
  await clock.advance('1s')
  const after = await second.read<TaskDetail>('tasks/invoices')
  expect(after.task.fleet?.isUp).toBe(true)
  expect(after.explanation.fleet?.down).toBeUndefined()
})

it('runwell ls says where a shared task ran last, and runwell why lists the processes', async () => {
  const { first, second } = await twoProcesses({ versions: ['1', '2'], schedules: [period, '5s'] })
  const { link } = await second.console.listen({ port: 0 })
  const list = await runwell('ls', { RUNWELL_URL: link })
  const why = await runwell('why invoices', { RUNWELL_URL: link })

  expect(list.out).toMatch(/LAST RAN IN/)
  expect(list.out).toMatch(/invoices .* here/)
  expect(why.out).toMatch(
    new RegExp(`${first.instanceId} +1 +every 10s from epoch .*older definition, not run there`),
  )
  expect(why.out).toMatch(
    new RegExp(`${second.supervisor.instanceId} \\(this one\\) +2 +every 5s .*ran it last: succeeded`),
  )
})

it('runwell why says which lines are about this process and which about all processes', async () => {
  const clock = new VirtualClock()
  const fleet = new MemoryFleet()
  const [failing, working] = [0, 1].map(() => askable({}, { clock, fleet: fleet.member() })) as [Asked, Asked]
  const run = { 0: () => Promise.reject(new Error('no mail')), 1: () => {} }
  for (const [index, { supervisor }] of [failing, working].entries()) {
    const schedule = every(period)
    supervisor.register({ name: 'invoices', scope: 'service', schedule, run: run[index as 0 | 1] })
    supervisor.register({ name: 'cache', schedule, run: run[index as 0 | 1] })
    await supervisor.start()
    onTestFinished(async () => void (await supervisor.stop()))
  }
  await clock.advance('95s')
  const { link } = await failing.console.listen({ port: 0 })
  const { out } = await runwell('why invoices', { RUNWELL_URL: link })

  expect(out).toMatch(/^invoices is \w+ \(for .*\) and waiting in this process$/m)
  expect(out).toMatch(/^ {2}5 of 5 runs in this process failed in 5 min: 100 %, limit 50 %$/m)
  expect(out).toMatch(/^Last error in this process, 15 s ago: Error: no mail$/m)
  expect(out).toMatch(/^Last success in any process: 5 s ago$/m)
  expect(out).toMatch(/^What changed in this process$/m)
  const list = await runwell('ls', { RUNWELL_URL: link })
  expect(list.out).toMatch(/RUNS HERE +FAILED HERE +LAST RAN IN/)
  const alone = await runwell('why cache', { RUNWELL_URL: link })
  expect(alone.out).not.toMatch(/in this process|in any process/)
})

it('notices what another process has changed, once', async () => {
  const { fleet, second, clock } = await twoProcesses()
  const shared = new SharedTasks(() => second.supervisor.tasks())

  expect(shared.changed()).toEqual(['invoices'])
  expect(shared.changed()).toEqual([])
  fleet.storeDown()
  expect(shared.changed()).toEqual(['invoices'])
  fleet.storeUp()
  await clock.advance('1s')
  expect(shared.changed()).toEqual(['invoices'])
  expect(shared.changed()).toEqual([])
})

/** `lost` has a run of the task `nightly`. `kill` cuts `lost` off from the fleet, as a crash would do. */
async function takeover(): Promise<{
  lost: Supervisor
  next: Asked
  clock: VirtualClock
  kill(): Promise<void>
}> {
  const clock = new VirtualClock()
  const fleet = new MemoryFleet({ lease: '30s' })
  await clock.advance('30m')
  const task = { name: 'nightly', scope: 'service', schedule: every('1h') } as const
  const member = fleet.member()
  const lost = askable({}, { clock, fleet: member })
  lost.supervisor.register({ ...task, run: ({ sleep }) => sleep('1d') })
  await lost.supervisor.start()
  await clock.advance('30m')
  const next = askable({}, { clock, fleet: fleet.member() })
  next.supervisor.register({ ...task, run: ({ sleep }) => sleep('10m') })
  await next.supervisor.start()
  await clock.advance('10s')
  onTestFinished(async () => {
    const stops = [lost, next].map(({ supervisor }) => supervisor.stop({ deadline: '1s' }))
    await clock.advance('5m')
    await Promise.all(stops)
  })
  const kill = async () => {
    fleet.kill(member)
    await clock.advance('1m')
  }
  return { lost: lost.supervisor, next, clock, kill }
}

it('says in every process where a shared task runs now, and since when', async () => {
  const { lost, next } = await takeover()
  const { explanation, task } = await next.read<TaskDetail>('tasks/nightly')
  const { link } = await next.console.listen({ port: 0 })
  const why = await runwell('why nightly', { RUNWELL_URL: link })

  expect(task.fleet?.runsIn).toEqual([lost.instanceId])
  expect(explanation.fleet?.running).toMatchObject([{ instanceId: lost.instanceId, attempt: 1 }])
  expect(explanation.text).toContain(
    `It has been running in ${lost.instanceId} since 2026-01-01T01:00:00.000Z, as attempt 1.`,
  )
  expect(why.out).toMatch(new RegExp(`${lost.instanceId} .*runs it now: attempt 1, started 10 s ago`))
})

it('says which process has lost a run, and lists both attempts', async () => {
  const { lost, next, clock, kill } = await takeover()
  await kill()
  const during = await next.read<TaskDetail>('tasks/nightly')
  await clock.advance('10m')
  const { history, changes, findings, task } = await next.read<TaskDetail>('tasks/nightly')
  const { link } = await next.console.listen({ port: 0 })
  const runs = await runwell('runs nightly', { RUNWELL_URL: link })

  const text = `rocess ${lost.instanceId} died or lost its lease during attempt 1 of the slot 2026-01-01T01:00:00.000Z`
  expect(during.task.fleet?.runsIn).toEqual(['here'])
  expect(during.findings.map((found) => found.text)).toContain(
    `P${text}. This process ran it again, 40 s after that attempt had started.`,
  )
  expect(findings.map((found) => found.text)).toContain(
    `P${text}. This process ran it again, 40 s after that attempt had started.`,
  )
  expect(changes.map((change) => change.text)).toContain(
    `Task 'nightly': p${text}, 40 s after its start; this process makes a new attempt`,
  )
  expect(history).toMatchObject([
    { attempt: 2, outcome: 'succeeded' },
    { attempt: 1, outcome: 'cancelled', abortedFor: 'lease-lost', instanceId: lost.instanceId },
  ])
  expect(runs.out).toMatch(new RegExp(`cancelled \\(lease-lost in ${lost.instanceId}\\) +40 s`))
  expect(task.started).toBe(1)
})

it('draws the lost attempt before the one that has taken over', async () => {
  const { lost, next, clock, kill } = await takeover()
  await kill()
  await clock.advance('10m')
  const { lanes } = await next.read<Timeline>('timeline')
  const [lane] = lanes.filter(({ task }) => task === 'nightly')

  expect(lane?.runs).toMatchObject([
    { attempt: 2, outcome: 'succeeded', durationMs: 600_000 },
    { attempt: 1, outcome: 'cancelled', durationMs: 40_000, instanceId: lost.instanceId },
  ])
  expect(lane?.isWhole).toBe(true)
})

it('names the outage of the store as the cause of missed slots, and not a short block of the event loop', async () => {
  const { fleet, second, clock } = await twoProcesses()
  fleet.storeDown()
  await clock.advance('45s')
  clock.block('80ms')
  await clock.advance('1s')
  fleet.storeUp()
  clock.block('80ms')
  await clock.advance('5s')

  const { findings } = await second.read<TaskDetail>('tasks/invoices')
  expect(findings.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^\d slots were missed\. The memory fleet could not be used for 46\.\d s\.$/),
  ])
})
