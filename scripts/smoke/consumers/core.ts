// Compiles only if each class has the same type in all imported entry points.
import { createConsole } from '@runwell/console'
import {
  type Clock,
  InvalidOptionError,
  manual,
  type Observer,
  type RunContext,
  Supervisor,
} from '@runwell/core'
import { checkOptions, trueOrFalse } from '@runwell/core/adapter'
import { task as taskMethod } from '@runwell/core/decorators'
import { recordEvents, VirtualClock } from '@runwell/core/testing'

class Feeds {
  runs = 0

  @taskMethod({ schedule: manual() })
  async poll({ sleep }: RunContext): Promise<void> {
    await sleep(1)
    this.runs += 1
  }

  @taskMethod({ name: (feeds: Feeds) => `feeds.${feeds.runs}` })
  #index(): number {
    return this.runs
  }

  index(): number {
    return this.#index()
  }
}

async function main(): Promise<void> {
  const clock = new VirtualClock()
  const events = recordEvents()
  const [asClock, asObserver]: [Clock, Observer] = [clock, events]
  const supervisor = new Supervisor({ clock: asClock, observers: [asObserver] })
  const task = supervisor.register({
    name: 'smoke.task',
    schedule: manual(),
    run: ({ sleep }) => sleep('1h'),
  })

  const ops = createConsole(supervisor, { authorize: () => ({ user: 'ana', can: ['pause'] }) })
  const answer = await ops.fetch(new Request('http://localhost/ops/api/v1/snapshot'))
  if (answer.status !== 200) throw new Error(`Expected a snapshot, got ${answer.status}`)
  await ops.close()

  await supervisor.start()
  const triggered = task.trigger()
  await clock.advance(3_600_000)
  await triggered

  const feeds = new Feeds()
  const { registered, failed } = supervisor.discover(feeds)
  if (registered.length !== 2 || failed.length > 0) throw new Error('Expected two tasks')
  const polled = supervisor.task('Feeds.poll')?.trigger()
  await clock.advance(1)
  await polled
  if (feeds.runs !== 1) throw new Error('Expected one run of the method')
  await supervisor.stop()

  if (events.of('run.ended').length !== 2) throw new Error('Expected two runs')
  try {
    checkOptions('smoke', { loud: 1 }, { loud: trueOrFalse })
    throw new Error('Expected an invalid option')
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
  }
  console.log('one hour passed')
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
