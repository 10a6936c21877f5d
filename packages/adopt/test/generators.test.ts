import { Supervisor } from '@runwell/core'
import { expect, it } from 'vitest'
import { wrapJob } from '../src/base/wrap-job.ts'
import { newest } from './harnesses/all.ts'
import { nestHarness } from './harnesses/nest.ts'
import { withTime } from './with-time.ts'

it('a followed job has the name and the other properties of the job', () => {
  const supervisor = new Supervisor({ observers: [] })
  function sync(...args: readonly unknown[]): string {
    return `done ${args.length}`
  }
  const job = Object.assign(sync, { retries: 3 })
  const wrapped = wrapJob(supervisor.external({ name: 'sync' }), job)

  expect(wrapped(1, 2)).toBe('done 2')
  expect([wrapped.name, wrapped.length, Object.entries(wrapped)]).toEqual(['sync', 0, [['retries', 3]]])
})

const libraries = [
  ...newest.filter(({ name }) => /cron|setInterval/.test(name)),
  { name: 'Nest', harness: nestHarness },
]

it.each(libraries)('$name: a job whose code never runs, because it is a generator, fails', ({ harness }) =>
  withTime(async ({ clock, supervisor, events }) => {
    const reported: unknown[] = []
    const hosted = await harness('* * * * *', 60_000).start({
      supervisor,
      clock,
      name: 'sync',
      job: async function* () {
        yield 1
      },
      report: (error) => void reported.push(error),
    })
    await clock.advance('3m')

    expect(events.of('run.ended').map(({ outcome, error }) => [outcome, error?.message])).toEqual(
      Array.from({ length: 3 }, () => [
        'failed',
        'The job returned a generator, so the code of the generator did not run. Use a function that is not a generator function.',
      ]),
    )
    expect(supervisor.task('sync')?.health().status).toBe('unhealthy')
    expect(reported).toEqual([]) // the library gets the generator, as without Runwell
    await hosted.remove()
  }),
)
