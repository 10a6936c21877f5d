import { type ExternalTask, every, type Supervisor } from '@runwell/core'
import { expect, it } from 'vitest'
import { type AdopterHarness, adopterContract } from '../src/testing/index.ts'

type Job = (this: unknown, ...args: unknown[]) => unknown
type Adopt = (supervisor: Supervisor, name: string, job: Job) => Job

const names = {
  counted: 'runs are counted, and the task is healthy',
  failed: 'a job that throws, rejects, or throws a value that is not an error is counted as failed',
  same: 'arguments, this, times and reported errors are those of the host library alone',
  dead: 'a job that dies silently is unhealthy within 1.5 times its grace',
  neverRan: 'a job that never ran is unhealthy within 1.5 times its grace',
  hangs: 'a job that hangs is unhealthy before five periods are over',
  overlap: 'runs that overlap are kept apart',
  removed: 'a job that the host library removes raises no alarm',
  stop: 'a stop waits for the live run before it stops tasks of higher priority',
  named: 'a stop names a run that does not end',
  twice: 'a job that is adopted twice is counted once',
  replacedLive: 'a job may be replaced while one of its runs is live',
  replaced: 'a job that replaces one of its name, as after a hot reload, takes over its task',
}

let latest: ExternalTask | undefined

const taskOf = (supervisor: Supervisor, name: string, expected = true): ExternalTask => {
  latest = supervisor.external({
    name,
    ...(expected ? { expects: every('1m', { first: 'after-period', anchor: 'start' }) } : {}),
    control: { stop: () => clearInterval(timer) },
  })
  return latest
}
let timer: ReturnType<typeof setInterval> | undefined

function host(adopt: Adopt, onRemove = () => void latest?.hostRemoved()): AdopterHarness {
  return {
    periodMs: 60_000,
    start({ supervisor, name, job, report }) {
      const run = supervisor ? adopt(supervisor, name, job) : job
      const mine = setInterval(async () => {
        try {
          await run.call('self', 1)
        } catch (error) {
          report(error)
        }
      }, 60_000)
      timer = mine
      return {
        adoptAgain: () => supervisor && adopt(supervisor, name, job),
        remove() {
          clearInterval(mine)
          if (supervisor) onRemove()
        },
      }
    },
  }
}

async function failing(harness: AdopterHarness): Promise<string[]> {
  const found: string[] = []
  for (const { name, run } of adopterContract(harness)) {
    await run().catch(() => found.push(name))
  }
  return found
}

/** `external()` and `task()` return different objects for one task, so this function compares their metrics. */
const good: Adopt = (supervisor, name, job) => {
  if (latest && supervisor.task(name)?.metrics() === latest.metrics()) return job
  return taskOf(supervisor, name).wrap(job)
}

it('passes an adopter that does everything right', async () => {
  expect(await failing(host(good))).toEqual([])
})

it.each<[string, AdopterHarness, readonly (keyof typeof names)[]]>([
  [
    'does not say when the job should run',
    host((supervisor, name, job) =>
      supervisor.task(name) ? job : taskOf(supervisor, name, false).wrap(job),
    ),
    ['dead', 'neverRan', 'hangs'],
  ],
  [
    'swallows errors before they are counted',
    host((supervisor, name, job) => {
      if (supervisor.task(name)) return job
      return taskOf(supervisor, name).wrap(async function (this: unknown, ...args: unknown[]) {
        try {
          return await job.apply(this, args)
        } catch {
          return undefined
        }
      })
    }),
    ['failed', 'same'],
  ],
  [
    'loses `this`',
    host((supervisor, name, job) => {
      if (supervisor.task(name)) return job
      const run = taskOf(supervisor, name).wrap(job)
      return (...args) => run(...args)
    }),
    ['same'],
  ],
  [
    'does not follow promises',
    host((supervisor, name, job) => {
      if (supervisor.task(name)) return job
      const task = taskOf(supervisor, name)
      return function (this: unknown, ...args) {
        const { end } = task.begin()
        try {
          return job.apply(this, args)
        } finally {
          end()
        }
      }
    }),
    ['failed', 'hangs', 'stop', 'named'],
  ],
  ['does not notice that the job was removed', host(good, () => {}), ['removed', 'replaced', 'replacedLive']],
])('fails an adopter that %s', async (_, harness, expected) => {
  expect(await failing(harness)).toEqual(expected.map((key) => names[key]))
})
