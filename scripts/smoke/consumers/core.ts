// A stranger's tests. A class must be the same type whichever entry point it comes from.
import { createConsole } from '@runwell/console'
import { type Clock, InvalidOptionError, manual, type Observer, Supervisor } from '@runwell/core'
import { checkOptions, trueOrFalse } from '@runwell/core/adapter'
import { recordEvents, VirtualClock } from '@runwell/core/testing'

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
  await supervisor.stop()

  if (events.of('run.ended').length !== 1) throw new Error('Expected one run')
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
